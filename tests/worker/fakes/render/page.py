"""A stand-in."""


def page(profile, **_):
    return f"<html>{profile.command}</html>\n"
