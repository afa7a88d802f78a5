// Package usage tells what a design requests of its dependencies, and what that would take and cost at scale.
// [Counts] is what package meter measured. [Prices] is the table of public list prices. [Limits] is the table
// of what a shard, partition or node carries. [Estimate] is the arithmetic between them.
//
// An estimate is exact in itself: every number is rounded where it is shown, and later numbers are computed
// from the rounded one, so that a reader with a pencil gets the same sums. It is not a quotation. It leaves
// out free tiers, discounts, load balancers, transfer to the internet, and all storage except Kafka's, S3's and
// what a lab declares for Redis. The compute of the services follows from the requests that each instance
// handled and from an assumption about the processor time of one.
package usage
