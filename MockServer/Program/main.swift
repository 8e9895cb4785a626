internal import MockServer
