// Package api is the desk's door for programs: they post what they have to tell over HTTP and ask later what became of it.
//
//	POST /api/v1/messages        raw mail (RFC 5322), a JSON report, X-ARF 4, or a feedback report (ARF, RFC 5965)
//	GET  /api/v1/messages/{id}   how far the desk is with it
//	GET  /api/v1/openapi.json    what all this looks like, for programs (OpenAPI 3.1)
//
// Whatever is posted becomes one message and goes the way of all mail: it is deposited before 202 is answered, and read afterwards.
// Raw mail stays byte for byte as it came; of the others package compose makes a mail.
//
// Who posts shows a token (RFC 6750) that the desk has given out; its name goes with the message. A key (Idempotency-Key,
// draft-ietf-httpapi-idempotency-key-header-07) makes it safe to post again after an answer was lost. Every failure is a
// problem (RFC 9457) with one sentence that says what to do. Nothing is for browsers: no cookies, no CORS.
//
// Bodies are bounded in size, in speed and in how many are held at once (body.go); messages and questions are bounded for each
// token (rate.go). Limits hold for one node: behind a balancer each counts its own.
package api
