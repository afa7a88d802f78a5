package dynamodb

// shardFilter picks the shards that a shard became when it was split.
type shardFilter struct {
	Type    string
	ShardID *string `json:"ShardId"`
}

type streamDescription struct {
	StreamArn               string
	StreamLabel             string
	StreamStatus            string
	StreamViewType          string
	CreationRequestDateTime float64
	TableName               string
	KeySchema               []keySchemaElement
	Shards                  []shardDescription
}

type shardDescription struct {
	ShardID             string `json:"ShardId"`
	SequenceNumberRange sequenceNumberRange
}

type sequenceNumberRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitempty"`
}

type describeStreamOutput struct{ StreamDescription streamDescription }

func (s *Service) describeStream(_ home, in *streamInput) (any, error) {
	var c constraints
	c.notNull("streamArn", in.StreamArn != nil)
	c.atLeast("limit", in.Limit, 1)
	c.text("exclusiveStartShardId", in.ExclusiveStartShardID, minShardID, maxShardID)
	if f := in.ShardFilter; f != nil {
		c.notNull("shardFilter.type", f.Type != "")
		c.enum("shardFilter.type", f.Type, "CHILD_SHARDS")
		c.notNull("shardFilter.shardId", f.ShardID != nil)
		c.text("shardFilter.shardId", f.ShardID, minShardID, maxShardID)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	st, err := s.findStream(*in.StreamArn)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	d := streamDescription{
		StreamArn: st.arn, StreamLabel: st.label, StreamStatus: "ENABLED", StreamViewType: st.view,
		CreationRequestDateTime: seconds(st.created),
		TableName:               st.table, KeySchema: st.schema.elements(), Shards: []shardDescription{},
	}
	numbers := sequenceNumberRange{StartingSequenceNumber: sequenceNumber(1)}
	if !st.closedAt.IsZero() {
		d.StreamStatus = "DISABLED"
		numbers.EndingSequenceNumber = sequenceNumber(st.next)
	}
	// The shard never splits, so it has no children.
	if in.ShardFilter == nil && (in.ExclusiveStartShardID == nil || *in.ExclusiveStartShardID < st.shard) {
		d.Shards = append(d.Shards, shardDescription{st.shard, numbers})
	}
	return &describeStreamOutput{d}, nil
}
