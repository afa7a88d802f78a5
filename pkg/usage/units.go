package usage

// How many bytes one unit of a price holds. AWS writes KB and means 1,024 bytes.
const (
	MessageChunk = 64 << 10 // SQS, SNS and EventBridge bill a payload by such chunks
	PutUnit      = 25 << 10 // Kinesis bills a record by such units
	WriteUnit    = 1 << 10  // size of an item that a DynamoDB write unit covers
	ReadUnit     = 4 << 10  // bytes that a DynamoDB read unit covers; eventually consistent reads cost half
)

// Units returns how many units of that many bytes a payload is billed as: at least one.
func Units(payload, unit int) float64 { return float64(max(1, (payload+unit-1)/unit)) }
