"""Whom the call centre is to call: applicants who asked for a call and to whom there is something to say."""
