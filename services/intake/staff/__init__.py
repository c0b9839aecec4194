"""The screens of the people at the door: the call centre's operator and the reception counter."""
