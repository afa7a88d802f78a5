// Package config is CONFIG: parameters to look at and to set. Those that this server has no use for keep what
// they are told, so that tools which set and restore them go on. REWRITE fails, as there is no file.
package config
