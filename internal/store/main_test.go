package store

import (
	"testing"

	"todoke/internal/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
