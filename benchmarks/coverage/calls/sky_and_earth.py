"""Orbits, the earth, the sun, wind: sgp4, skyfield, geographiclib, utm, pymap3d, pvlib, windpowerlib."""

import numpy as np
import pymap3d
import utm
from geographiclib.geodesic import Geodesic
from pvlib import clearsky, iam, irradiance, singlediode, spa, temperature
from sgp4.model import WGS72, Satrec
from skyfield.keplerlib import propagate
from windpowerlib import density, wind_speed

from benchmarks.coverage.program import Program


def satellite(elements):
    orbit = Satrec()
    orbit.sgp4init(WGS72, "i", 5, 18441.785, 2.8098e-05, 6.969196665e-13, 0.0, elements[0], 5.790416027488515,
                   elements[1], 0.3373093125574321, elements[2], 6.08638547138321)
    _, position, velocity = orbit.sgp4_tsince(360.0)
    return position[0] / 1000.0 + position[1] / 1000.0 + velocity[2]


def kepler_orbit(state):
    position, velocity = propagate(state[:3], state[3:], 0.0, np.array([0.3, 1.1]), 1.0)
    return np.sum(position**2) + np.sum(velocity[0])


def geodesic(points):
    line = Geodesic.WGS84.Inverse(points[0], points[1], points[2], points[3])
    return line["s12"] / 1e6 + line["azi1"]


def transverse_mercator(place):
    easting, northing, number, letter = utm.from_latlon(place[0], place[1])
    latitude, longitude = utm.to_latlon(easting + 100.0, northing, number, letter)
    return easting / 1e5 + northing / 1e6 + latitude * longitude


def earth_fixed_coordinates(place):
    x, y, z = pymap3d.geodetic2ecef(place[0], place[1], place[2])
    latitude, longitude, altitude = pymap3d.ecef2geodetic(x + 1000.0, y, z - 500.0)
    east, north, up = pymap3d.geodetic2enu(latitude, longitude, altitude, 42.0, -82.0, 200.0)
    return latitude + longitude + (east + north + up) / 1e5


def solar_cell(cell):
    current, voltage, power = singlediode.bishop88(
        np.array([0.1, 0.4, 0.55]), cell[0], cell[1], cell[2], cell[3], 0.0257)
    return np.sum(current * voltage) + np.sum(power)


def maximum_power(cell):
    found = singlediode.bishop88_mpp(cell[0], cell[1], cell[2], cell[3], 1.5, method="newton")
    return found[2]


def sun_position(place):
    found = spa.solar_position_numpy(
        np.array([1.538939951e9, 1.538949951e9]), place[0], place[1], place[2], 820.0, 11.0, 67.0, 0.5667, 1)
    return np.sum(found[0]) + np.sum(found[4])


def sunlight_on_a_panel(angles):
    sky = clearsky.ineichen(angles, 1.5 + angles / 50.0, 3.0, 100.0)
    spread = irradiance.haydavies(30.0, 180.0, sky["dhi"], sky["dni"], 1360.0, angles, 170.0)
    cell = temperature.sapm_cell(sky["ghi"], 20.0, 3.0, -3.47, -0.0594, 3.0)
    return np.sum(spread) + np.sum(iam.physical(angles)) + np.sum(cell)


def wind_at_the_hub(weather):
    fast = wind_speed.logarithmic_profile(weather[:3], 10.0, 100.0, weather[3:6], 0.0)
    return np.sum(fast**3) + np.sum(density.barometric(weather[6:], 2.0, 100.0, 285.0)) + np.sum(
        wind_speed.hellman(weather[:3], 10.0, 80.0))


PROGRAMS = (
    Program(satellite, np.array([0.1859667, 0.5980929187319208, 0.0472294454])),
    Program(kepler_orbit, np.array([1.0, 0.1, -0.2, 0.1, 0.9, 0.3])),
    Program(geodesic, np.array([40.6, -73.8, 51.6, -0.5])),
    Program(transverse_mercator, np.array([51.2, 7.5])),
    Program(earth_fixed_coordinates, np.array([42.1, -82.3, 310.0])),
    Program(solar_cell, np.array([5.0, 1e-9, 0.01, 50.0])),
    Program(maximum_power, np.array([7.0, 6e-7, 0.1, 20.0])),
    Program(sun_position, np.array([39.742476, -105.1786, 1830.14])),
    Program(sunlight_on_a_panel, np.array([10.0, 35.0, 60.0])),
    Program(wind_at_the_hub, np.array([5.0, 7.0, 9.0, 0.1, 0.15, 0.2, 98000.0, 99000.0, 101000.0])),
)
