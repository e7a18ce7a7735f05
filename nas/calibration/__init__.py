"""Does the short training rank the networks of a space as full training does?"""
