"""Cuts a picture to a shape so that what people look at stays on it."""

from PIL import Image, ImageOps

__all__ = ["filled"]


def filled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Cut and scale a picture so that it fills `size`."""
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
