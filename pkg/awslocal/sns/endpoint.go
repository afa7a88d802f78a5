package sns

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// AWS's default policy for HTTP endpoints: three retries, twenty seconds apart.
const (
	postRetries = 3
	postDelay   = 20 * time.Second
)

// post delivers a message to an HTTP endpoint.
func (s *Service) post(ctx context.Context, sub *subscription, m *message) {
	header := http.Header{"X-Amz-Sns-Subscription-Arn": {sub.arn}}
	if sub.raw {
		header.Set("X-Amz-Sns-Rawdelivery", "true")
	}
	if err := s.postWithRetries(ctx, sub, "Notification", m.MessageID, m.body(sub), header); err != nil &&
		ctx.Err() == nil {
		s.sendToDLQ(ctx, sub, m, err)
	}
}

// requestConfirmation asks an HTTP endpoint to confirm the subscription, which it does by opening
// SubscribeURL.
func (s *Service) requestConfirmation(ctx context.Context, sub subscription) {
	e := envelope{
		Type: "SubscriptionConfirmation", MessageID: id.UUID(), Token: sub.token, TopicArn: sub.topicArn,
		Message: "You have chosen to subscribe to the topic " + sub.topicArn +
			".\nTo confirm the subscription, visit the SubscribeURL included in this message.",
		SubscribeURL: link(sub.base, "ConfirmSubscription", "TopicArn", sub.topicArn, "Token", sub.token),
		Timestamp:    timestamp(s.clock.Now()),
	}
	e.sign("", sub.base)
	// An endpoint that can't be asked stays unconfirmed; its owner can subscribe it again.
	_ = s.postWithRetries(ctx, &sub, e.Type, e.MessageID, e.String(), http.Header{})
}

func (s *Service) postWithRetries(ctx context.Context, sub *subscription, kind, messageID, body string,
	header http.Header) error {
	header.Set("Content-Type", "text/plain; charset=UTF-8")
	header.Set("User-Agent", "Amazon Simple Notification Service Agent")
	header.Set("X-Amz-Sns-Message-Type", kind)
	header.Set("X-Amz-Sns-Message-Id", messageID)
	header.Set("X-Amz-Sns-Topic-Arn", sub.topicArn)
	for n := 0; ; n++ {
		again, err := s.postOnce(ctx, sub.endpoint, body, header)
		if err == nil || !again || n == postRetries || !s.pause(ctx, postDelay) {
			return err
		}
	}
}

// postOnce reports whether trying again may help: not after a client error other than 429.
func (s *Service) postOnce(ctx context.Context, url, body string, header http.Header) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("post notification: %w", err)
	}
	req.Header = header
	resp, err := s.http.Do(req)
	if err != nil {
		return true, fmt.Errorf("post notification: %w", err)
	}
	// Only the status counts; reading the body lets the connection be used again.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	_ = resp.Body.Close()
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return false, nil
	}
	clientError := resp.StatusCode >= 400 && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests
	return !clientError, fmt.Errorf("post notification: endpoint answered %s", resp.Status)
}
