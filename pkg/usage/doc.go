// Package usage says what a design asks of its dependencies, and what that would take and cost at
// scale: [Counts] are what was measured (package meter measures), [Prices] is the one table of
// public list prices, [Limits] the one table of what a shard, partition or node carries, and
// [Estimate] is the arithmetic between them.
//
// An estimate is exact in itself: every number is rounded where it is shown, and what follows from
// it is computed from the rounded one, so that a reader with a pencil gets the same sums. It is no
// quotation: no free tier, no volume discount, no data transfer, no compute for the services
// themselves, and no storage but Kafka's, S3's and what a lab says that Redis holds.
package usage
