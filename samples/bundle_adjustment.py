"""Bundle adjustment: cameras and points that explain where the points appear in each picture."""

import numpy as np


def scene(cameras=20, points=500, seed=0):
    """The true cameras, looking at a cloud of points, and those points."""
    rng = np.random.default_rng(seed)
    rotations = 0.2 * rng.normal(size=(cameras, 3))
    translations = np.array([0.0, 0.0, -8.0]) + 0.3 * rng.normal(size=(cameras, 3))
    lenses = np.array([500.0, -0.05, 0.01]) * (1.0 + 0.05 * rng.normal(size=(cameras, 3)))
    return np.hstack([rotations, translations, lenses]), rng.normal(size=(points, 3))


def init(seed=1):
    """A first guess: the true scene, disturbed."""
    rng = np.random.default_rng(seed)
    cameras, points = scene()
    return cameras * (1.0 + 0.01 * rng.normal(size=cameras.shape)), points + 0.02 * rng.normal(size=points.shape)


def observations(count=4000, seed=2):
    """Which camera saw which point, and at what pixel, half a pixel of noise included."""
    rng = np.random.default_rng(seed)
    cameras, points = scene()
    camera_index = rng.integers(0, len(cameras), count)
    point_index = rng.integers(0, len(points), count)
    pixels = project(cameras[camera_index], points[point_index])
    return camera_index, point_index, pixels + 0.5 * rng.normal(size=pixels.shape)


def rotate(points, rotations):
    """Rodrigues' formula: turns each point about its rotation vector, by the vector's length in radians."""
    angle = np.linalg.norm(rotations, axis=1, keepdims=True)
    axis = rotations / angle
    cos, sin = np.cos(angle), np.sin(angle)
    along = np.sum(axis * points, axis=1, keepdims=True)
    return cos * points + sin * np.cross(axis, points) + (1.0 - cos) * along * axis


def distortion(image, lenses):
    """How much the lens stretches the image away from its centre."""
    squared = np.sum(image**2, axis=1)
    return 1.0 + lenses[:, 1] * squared + lenses[:, 2] * squared**2


def project(cameras, points):
    """The pixel at which each camera (3 rotation, 3 translation, 3 lens parameters) sees its point."""
    seen = rotate(points, cameras[:, :3]) + cameras[:, 3:6]
    image = -seen[:, :2] / seen[:, 2:]
    lenses = cameras[:, 6:]
    return (lenses[:, 0] * distortion(image, lenses))[:, None] * image


# adls: loss(init(), *observations())
def loss(params, camera_index, point_index, pixels):
    """Mean squared reprojection error in pixels."""
    cameras, points = params
    error = project(cameras[camera_index], points[point_index]) - pixels
    return np.mean(np.sum(error**2, axis=1))


if __name__ == "__main__":
    seen = observations()
    print(f"first guess: {np.sqrt(loss(init(), *seen)):.2f} pixels off, true scene: {np.sqrt(loss(scene(), *seen)):.2f}")
