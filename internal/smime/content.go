package smime

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"encoding/asn1"
	"errors"
	"fmt"
)

// contentCipher says how content is encrypted: by which cipher with what size of key, in bytes, and whether with
// authentication (GCM, RFC 5084) or by chaining (RFC 3565).
type contentCipher struct {
	block func(key []byte) (cipher.Block, error)
	size  int
	gcm   bool
}

// contentCiphers are those of RFC 8551, 2.7, and of older versions what is not broken.
var contentCiphers = map[string]contentCipher{
	"2.16.840.1.101.3.4.1.2":  {aes.NewCipher, 16, false},
	"2.16.840.1.101.3.4.1.22": {aes.NewCipher, 24, false},
	"2.16.840.1.101.3.4.1.42": {aes.NewCipher, 32, false},
	"2.16.840.1.101.3.4.1.6":  {aes.NewCipher, 16, true},
	"2.16.840.1.101.3.4.1.26": {aes.NewCipher, 24, true},
	"2.16.840.1.101.3.4.1.46": {aes.NewCipher, 32, true},
	"1.2.840.113549.3.7":      {des.NewTripleDESCipher, 24, false},
}

var errContent = errors.New("content does not fit its key")

// cipher is how the content is encrypted.
func (env *enveloped) cipher() (contentCipher, error) {
	c, ok := contentCiphers[env.Content.Algorithm.Algorithm.String()]
	if !ok {
		return c, fmt.Errorf("content encryption %v is not known, or broken", env.Content.Algorithm.Algorithm)
	}
	return c, nil
}

// decrypt decrypts the content with the session key.
func (env *enveloped) decrypt(c contentCipher, session []byte) ([]byte, error) {
	if len(session) != c.size {
		return nil, errContent
	}
	block, err := c.block(session)
	if err != nil {
		return nil, err
	}
	if c.gcm {
		return env.authenticated(block)
	}
	var iv []byte
	if _, err := asn1.Unmarshal(env.Content.Algorithm.Parameters.FullBytes, &iv); err != nil || len(iv) != block.BlockSize() {
		return nil, errContent
	}
	data := env.ciphertext()
	if len(data) == 0 || len(data)%block.BlockSize() != 0 {
		return nil, errContent
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	return unpadded(data, block.BlockSize())
}

// ciphertext is a copy of the encrypted content: an octet string under the tag [0], which stands in pieces where the
// sender did not know its length.
func (env *enveloped) ciphertext() []byte {
	raw := env.Content.Content
	if !raw.IsCompound {
		return bytes.Clone(raw.Bytes)
	}
	var joined []byte
	for rest := raw.Bytes; len(rest) > 0; {
		var piece []byte
		var err error
		if rest, err = asn1.Unmarshal(rest, &piece); err != nil {
			return nil
		}
		joined = append(joined, piece...)
	}
	return joined
}

// unpadded takes off the padding of RFC 5652, 6.3.
func unpadded(data []byte, size int) ([]byte, error) {
	n := int(data[len(data)-1])
	if n == 0 || n > size || !bytes.Equal(data[len(data)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errContent
	}
	return data[:len(data)-n], nil
}

// gcmParameters are those of RFC 5084, 3.2; a tag has 12 bytes where nothing else is said.
type gcmParameters struct {
	Nonce []byte
	Tag   int `asn1:"optional,default:12"`
}

// authenticated decrypts by AES-GCM and checks that nothing was altered, the authenticated attributes included, which
// count as a set (RFC 5083, 2.2).
func (env *enveloped) authenticated(block cipher.Block) ([]byte, error) {
	var p gcmParameters
	if _, err := asn1.Unmarshal(env.Content.Algorithm.Parameters.FullBytes, &p); err != nil {
		return nil, err
	}
	if len(p.Nonce) != 12 || len(env.MAC) != p.Tag {
		return nil, errContent
	}
	gcm, err := cipher.NewGCMWithTagSize(block, p.Tag)
	if err != nil {
		return nil, err
	}
	attributes := bytes.Clone(env.AuthAttrs.FullBytes)
	if len(attributes) > 0 {
		attributes[0] = asn1.TagSet | 0x20
	}
	content, err := gcm.Open(nil, p.Nonce, append(env.ciphertext(), env.MAC...), attributes)
	if err != nil {
		return nil, errContent
	}
	return content, nil
}
