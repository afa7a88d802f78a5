package engine

// Store replaces a key by a result, with an event, and replies with the number of its elements. An empty result
// deletes the key.
func (c *Call) Store(key string, v Value, class Class, event string) {
	c.Len(v.Len())
	if v.Len() > 0 {
		c.Replace(key, v)
		c.Notify(class, event, key)
	} else if c.Delete(key) {
		c.Notify(ClassGeneric, "del", key)
	}
}
