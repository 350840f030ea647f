package app

import (
	"net"
	"os"
	"strings"
)

// tellManager tells the service manager that started the program how it is (sd_notify(3)); without one it does nothing.
func tellManager(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if strings.HasPrefix(path, "@") {
		path = "\x00" + path[1:] // a socket without a file
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	conn.Write([]byte(state)) // nobody to tell if it fails
}
