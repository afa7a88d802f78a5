package usage

// What one unit of a price holds, in bytes. AWS writes KB and means 1,024 bytes.
const (
	MessageChunk = 64 << 10 // SQS, SNS and EventBridge bill a payload in such chunks
	PutUnit      = 25 << 10 // Kinesis bills a record in such units
	WriteUnit    = 1 << 10  // a DynamoDB write unit writes an item of so much
	ReadUnit     = 4 << 10  // a DynamoDB read unit reads so much, consistently; eventually costs half
)

// Units returns how many units of that many bytes a payload is billed as: at least one.
func Units(payload, unit int) float64 { return float64(max(1, (payload+unit-1)/unit)) }
