"""曝光栏 (S53): verbs in `acts`, what may not be said in `secrecy`, what everybody reads in `column`."""
