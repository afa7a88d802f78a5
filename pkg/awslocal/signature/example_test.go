package signature

import (
	"bufio"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// The keys, the time and the requests of AWS's documentation of S3's signatures.
var (
	exampleKeys = Keys{"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	exampleTime = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
)

const exampleScope = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"

// parsed is a request as a server reads it.
func parsed(t testing.TB, lines ...string) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

var examples = map[string][]string{
	"get": {
		"GET /test.txt HTTP/1.1", "Host: examplebucket.s3.amazonaws.com",
		"Authorization: " + exampleScope + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
			"Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
		"Range: bytes=0-9", "x-amz-content-sha256: " + emptyHash, "x-amz-date: 20130524T000000Z",
	},
	"put": {
		"PUT /test$file.text HTTP/1.1", "Host: examplebucket.s3.amazonaws.com", "Date: Fri, 24 May 2013 00:00:00 GMT",
		"Authorization: " + exampleScope + "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;" +
			"x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
		"x-amz-date: 20130524T000000Z", "x-amz-storage-class: REDUCED_REDUNDANCY",
		"x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
	},
	"lifecycle": {
		"GET /?lifecycle HTTP/1.1", "Host: examplebucket.s3.amazonaws.com",
		"Authorization: " + exampleScope + "SignedHeaders=host;x-amz-content-sha256;x-amz-date," +
			"Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
		"x-amz-date: 20130524T000000Z", "x-amz-content-sha256: " + emptyHash,
	},
	"list": {
		"GET /?max-keys=2&prefix=J HTTP/1.1", "Host: examplebucket.s3.amazonaws.com",
		"Authorization: " + exampleScope + "SignedHeaders=host;x-amz-content-sha256;x-amz-date," +
			"Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
		"x-amz-date: 20130524T000000Z", "x-amz-content-sha256: " + emptyHash,
	},
	"presigned": {
		"GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1" +
			"%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
			"&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1",
		"Host: examplebucket.s3.amazonaws.com",
	},
	"chunked": {
		"PUT /examplebucket/chunkObject.txt HTTP/1.1", "Host: s3.amazonaws.com",
		"Authorization: " + exampleScope + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;" +
			"x-amz-date;x-amz-decoded-content-length;x-amz-storage-class," +
			"Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
		"x-amz-date: 20130524T000000Z", "x-amz-storage-class: REDUCED_REDUNDANCY",
		"x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding: aws-chunked",
		"x-amz-decoded-content-length: 66560", "Content-Length: 66824",
	},
	"trailer": {
		"PUT /examplebucket/chunkObject.txt HTTP/1.1", "Host: s3.amazonaws.com",
		"Authorization: " + exampleScope + "SignedHeaders=content-encoding;host;x-amz-content-sha256;" +
			"x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer," +
			"Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
		"x-amz-date: 20130524T000000Z", "x-amz-storage-class: REDUCED_REDUNDANCY",
		"x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "Content-Encoding: aws-chunked",
		"x-amz-decoded-content-length: 66560", "x-amz-trailer: x-amz-checksum-crc32c", "Content-Length: 66824",
	},
}

func TestTheDocumentationsExamplesAreAccepted(t *testing.T) {
	for name, lines := range examples {
		if _, refused := Check(parsed(t, lines...), Target{Service: "s3"}, exampleKeys, exampleTime); refused != nil {
			t.Errorf("%s: %v", name, refused)
		}
	}
}

func sealOf(t testing.TB, example string) *Seal {
	t.Helper()
	seal, refused := Check(parsed(t, examples[example]...), Target{Service: "s3"}, exampleKeys, exampleTime)
	if refused != nil {
		t.Fatal(refused)
	}
	return seal
}

// exampleChunks are the documentation's body: 65 KB of one letter.
var exampleChunks = [][]byte{[]byte(strings.Repeat("a", 64<<10)), []byte(strings.Repeat("a", 1<<10)), nil}

func TestTheChunksOfTheDocumentationAreAccepted(t *testing.T) {
	for example, signatures := range map[string][]string{
		"chunked": {
			"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
			"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
			"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
		},
		"trailer": {
			"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
			"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
			"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
		},
	} {
		seal := sealOf(t, example)
		for i, data := range exampleChunks {
			if refused := seal.Chunk(data, signatures[i]); refused != nil {
				t.Errorf("%s, chunk %d: %v", example, i+1, refused)
			}
		}
		if example != "trailer" {
			continue
		}
		if refused := seal.Trailers(textproto.MIMEHeader{
			"X-Amz-Checksum-Crc32c":   {"sOO8/Q=="},
			"X-Amz-Trailer-Signature": {"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"},
		}); refused != nil {
			t.Error(refused)
		}
	}
}

func TestABodyIsHeldAgainstItsHash(t *testing.T) {
	seal := sealOf(t, "put")
	if refused := seal.Body([]byte("Welcome to Amazon S3.")); refused != nil || !seal.OfBody() {
		t.Error(refused)
	}
	if refused := seal.Body([]byte("Welcome to Amazon S4.")); refused == nil ||
		refused.Code != "XAmzContentSHA256Mismatch" {
		t.Errorf("another body: %v", refused)
	}
}

func TestAChangedChunkIsRefused(t *testing.T) {
	const first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
	for name, chunk := range map[string]struct {
		data      []byte
		signature string
	}{
		"other data":      {exampleChunks[1], first},
		"other signature": {exampleChunks[0], strings.Replace(first, "a", "b", 1)},
		"no signature":    {exampleChunks[0], ""},
	} {
		if refused := sealOf(t, "chunked").Chunk(chunk.data, chunk.signature); refused == nil ||
			refused.Code != "SignatureDoesNotMatch" {
			t.Errorf("%s: %v", name, refused)
		}
	}
	seal := sealOf(t, "trailer")
	if refused := seal.Trailers(textproto.MIMEHeader{"X-Amz-Checksum-Crc32c": {"sOO8/Q=="}}); refused == nil {
		t.Error("trailers without a signature are accepted")
	}
}
