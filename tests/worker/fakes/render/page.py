"""A stand-in."""


def render_page(profile, sources):
    return f"<html>{profile.command}</html>\n"
