"""Rotations and attitude filters: ahrs, transforms3d, pyquaternion, pytransform3d."""

import numpy as np
import pytransform3d.rotations
import pytransform3d.transformations
import transforms3d
from ahrs.filters import EKF, Complementary, Madgwick, Mahony
from pyquaternion import Quaternion

from benchmarks.coverage.program import Program

random = np.random.RandomState(11)
TURNS = 0.3 * random.normal(size=(5, 3))
PULLS = np.array([0.3, -0.5, 9.7]) + 0.2 * random.normal(size=(5, 3))
FIELDS = np.array([20.0, -3.0, 40.0]) + random.normal(size=(5, 3))


def madgwick(turns):
    return np.sum(Madgwick(gyr=turns, acc=PULLS, frequency=10.0).Q ** 3)


def mahony(gains):
    turns = TURNS * gains[2]
    return np.sum(Mahony(gyr=turns, acc=PULLS, mag=FIELDS, frequency=10.0, k_P=gains[0], k_I=gains[1]).Q ** 3)


def extended_kalman_attitude(turns):
    return np.sum(EKF(gyr=turns, acc=PULLS, mag=FIELDS, frequency=10.0).Q ** 3)


def complementary(turns):
    return np.sum(Complementary(gyr=turns, acc=PULLS, frequency=10.0, gain=0.8).Q ** 3)


def euler_angles(angles):
    turned = transforms3d.euler.euler2mat(angles[0], angles[1], angles[2], "sxyz")
    back = transforms3d.euler.mat2euler(turned @ turned, "rzyx")
    quaternion = transforms3d.quaternions.mat2quat(turned)
    axis, angle = transforms3d.quaternions.quat2axangle(quaternion)
    return back[0] + 2.0 * back[1] - back[2] + angle * axis[0] + np.sum(quaternion**3)


def quaternion_objects(numbers):
    first = Quaternion(numbers[0], numbers[1], numbers[2], numbers[3]).normalised
    second = Quaternion(axis=[1.0, 0.5, 0.2], angle=0.4) * first
    between = Quaternion.slerp(first, second, 0.3)
    return np.sum(between.rotate(np.array([1.0, 2.0, 3.0]))) + (first * second.inverse).w + second.angle


def rigid_motions(numbers):
    rotation = pytransform3d.rotations.matrix_from_compact_axis_angle(numbers[:3])
    pose = pytransform3d.transformations.transform_from(rotation, numbers[3:])
    moved = pytransform3d.transformations.concat(pose, pose)
    screw = pytransform3d.transformations.exponential_coordinates_from_transform(moved)
    return np.sum(screw**2) + np.sum(pytransform3d.rotations.quaternion_from_matrix(rotation) ** 3)


PROGRAMS = (
    Program(madgwick, TURNS),
    Program(mahony, np.array([1.0, 0.3, 1.1])),
    Program(extended_kalman_attitude, TURNS),
    Program(complementary, TURNS),
    Program(euler_angles, np.array([0.3, -0.4, 0.7])),
    Program(quaternion_objects, np.array([0.8, 0.3, -0.4, 0.2])),
    Program(rigid_motions, np.array([0.3, -0.2, 0.5, 1.0, -2.0, 0.3])),
)
