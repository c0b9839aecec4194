"""Files that come with requests: looked through, written anew, each kept under a key of its own."""
