package dynamodb

type continuousBackupsOutput struct{ ContinuousBackupsDescription continuousBackups }

type continuousBackups struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription pointInTimeRecovery
}

type pointInTimeRecovery struct{ PointInTimeRecoveryStatus string }

// describeContinuousBackups answers for a table as it is created on AWS. Its backups can't be changed or restored here.
func (s *Service) describeContinuousBackups(at home, in *tableInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	if s.find(at, *in.TableName) == nil {
		return nil, serviceError("TableNotFoundException", "Table not found: %s", nameOf(*in.TableName))
	}
	return &continuousBackupsOutput{continuousBackups{"ENABLED", pointInTimeRecovery{"DISABLED"}}}, nil
}
