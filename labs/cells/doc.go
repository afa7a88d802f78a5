// Package cells is a multi-tenant service that meets one bad tenant: what it takes down with it where all tenants share
// everything, where each lives in one cell of several, and where each has a shuffle shard, a combination of cells that
// hardly anybody else has.
package cells
