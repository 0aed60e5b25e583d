"""Properties of matter and engineering: seawater, PyCO2SYS, iapws, psychrolib, fluids, ht, chemicals, thermo,
ambiance."""

import ambiance
import chemicals
import fluids
import ht
import numpy as np
import psychrolib
import seawater
from iapws import IAPWS97
from iapws._iapws import _ThCond, _Viscosity
from iapws.iapws97 import _Region1, _Region3
from PyCO2SYS import minimal
from PyCO2SYS.equilibria import p1atm
from thermo.eos import PR
from thermo.nrtl import NRTL

from benchmarks.coverage.program import Program

psychrolib.SetUnitSystem(psychrolib.SI)


def seawater_density(s_t_p):
    return np.sum(seawater.dens(s_t_p[:3], s_t_p[3:6], s_t_p[6:]))


def sound_and_potential_temperature(s_t_p):
    s, t, p = s_t_p[:3], s_t_p[3:6], s_t_p[6:]
    return np.sum(seawater.svel(s, t, p)) + np.sum(seawater.ptmp(s, t, p)) + np.sum(seawater.cp(s, t, p))


def acidity(alkalinity_and_carbon):
    return minimal.pH_from_alkalinity_dic(alkalinity_and_carbon[:2], alkalinity_and_carbon[2:]).sum()


def carbonic_constants(temperature_and_salinity):
    temperature, salinity = temperature_and_salinity[:2], temperature_and_salinity[2:]
    k1, k2 = p1atm.kH2CO3_TOT_LDK00(temperature, salinity)
    return np.sum(np.log(k1)) + np.sum(np.log(k2)) + np.sum(np.log(p1atm.kBOH3_TOT_D90b(temperature, salinity)))


def water(temperature_and_pressure):
    liquid = _Region1(temperature_and_pressure[0], temperature_and_pressure[1])
    return liquid["h"] + 100.0 * liquid["v"] + liquid["cp"]


def supercritical_water(density_and_temperature):
    state = _Region3(density_and_temperature[0], density_and_temperature[1])
    return state["h"] + state["s"] + state["P"] if "P" in state else state["h"] + state["s"]


def transport_of_water(density_and_temperature):
    rho, temperature = density_and_temperature[0], density_and_temperature[1]
    return 1000.0 * _Viscosity(rho, temperature) + _ThCond(rho, temperature)


def steam_state(temperature_and_pressure):
    return IAPWS97(T=temperature_and_pressure[0], P=temperature_and_pressure[1]).h


def moist_air(dry_bulb_and_humidity):
    found = psychrolib.CalcPsychrometricsFromRelHum(dry_bulb_and_humidity[0], dry_bulb_and_humidity[1], 101325.0)
    return found[0] + found[2] / 1000.0 + found[4] / 1000.0


def pipe_friction(reynolds_and_roughness):
    turbulent = fluids.friction_factor(Re=reynolds_and_roughness[0], eD=reynolds_and_roughness[1])
    return turbulent + fluids.friction.Colebrook(reynolds_and_roughness[0], reynolds_and_roughness[1])


def two_phase_pressure_drop(flow):
    friedel = fluids.two_phase.Friedel(flow[0], flow[1], 915.0, 2.67, 180e-6, 14e-6, 0.0487, flow[2], 0.0)
    return friedel + fluids.two_phase.Lockhart_Martinelli(flow[0], flow[1], 915.0, 2.67, 180e-6, 14e-6, flow[2])


def standard_atmosphere(height):
    air = fluids.ATMOSPHERE_1976(height[0])
    return air.T + air.P / 1000.0 + air.rho + air.v_sonic


def gas_pipeline(gas):
    return fluids.isothermal_gas(rho=gas[0], fd=gas[1], P1=gas[2], P2=gas[3], L=1000.0, D=0.5)


def heat_exchanger(flows):
    found = ht.effectiveness_NTU_method(
        mh=flows[0], mc=flows[1], Thi=130.0, Tci=15.0, Cph=2200.0, Cpc=4180.0, UA=flows[2], subtype="counterflow")
    return found["Q"] / 1000.0


def heat_transfer_in_a_tube(numbers):
    gnielinski = ht.conv_internal.turbulent_Gnielinski(Re=numbers[0], Pr=numbers[1], fd=0.018)
    mean = ht.LMTD(100.0, 60.0, 30.0, numbers[2])
    return gnielinski + mean + ht.conv_external.Nu_cylinder_Churchill_Bernstein(numbers[0], numbers[1])


def flash(fractions_and_values):
    z = [fractions_and_values[0], fractions_and_values[1], 1.0 - fractions_and_values[0] - fractions_and_values[1]]
    k = [fractions_and_values[2], 0.75, 0.33]
    vapor, x, y = chemicals.rachford_rice.Rachford_Rice_solution(z, k)
    return vapor + x[0] * y[1]


def vapor_pressure_and_viscosity(temperature):
    t = temperature[0]
    antoine = chemicals.vapor_pressure.Wagner(t, 190.53, 4596420.0, -6.00435, 1.1885, -0.834082, -1.22833)
    return antoine / 1e5 + chemicals.viscosity.Lucas_gas(t, 512.64, 8.1e6, 117e-6, 32.04, 1.7) * 1e5


def cubic_equation_of_state(temperature_and_pressure):
    gas = PR(Tc=507.6, Pc=3025000.0, omega=0.2975, T=temperature_and_pressure[0], P=temperature_and_pressure[1])
    return gas.V_l * 1e4 + gas.H_dep_l / 1000.0


def activity_coefficients(composition):
    tau = [[[0.0] * 6, [composition[2], 100.0, 0.0, 0.0, 0.0, 0.0]], [[-0.5, 200.0, 0.0, 0.0, 0.0, 0.0], [0.0] * 6]]
    alpha = [[[0.0, 0.0], [0.3, 0.0]], [[0.3, 0.0], [0.0, 0.0]]]
    model = NRTL(T=composition[1], xs=[composition[0], 1.0 - composition[0]], tau_coeffs=tau, alpha_coeffs=alpha)
    return model.GE() / 100.0 + sum(model.gammas())


def atmosphere_of_heights(heights):
    air = ambiance.Atmosphere(heights)
    return np.sum(air.temperature) + np.sum(air.pressure) / 1000.0 + np.sum(air.speed_of_sound) + np.sum(air.density)


PROGRAMS = (
    Program(seawater_density, np.array([35.0, 34.0, 30.0, 10.0, 4.0, 25.0, 100.0, 2000.0, 10.0])),
    Program(sound_and_potential_temperature, np.array([35.0, 34.0, 30.0, 10.0, 4.0, 25.0, 100.0, 2000.0, 10.0])),
    Program(acidity, np.array([2300.0, 2400.0, 2100.0, 2150.0])),
    Program(carbonic_constants, np.array([298.0, 285.0, 35.0, 30.0])),
    Program(water, np.array([300.0, 3.0])),
    Program(supercritical_water, np.array([500.0, 650.0])),
    Program(transport_of_water, np.array([998.0, 298.15])),
    Program(steam_state, np.array([400.0, 1.5])),
    Program(moist_air, np.array([28.0, 0.6])),
    Program(pipe_friction, np.array([1e5, 1e-3])),
    Program(two_phase_pressure_drop, np.array([0.6, 0.1, 0.05])),
    Program(standard_atmosphere, np.array([5100.0])),
    Program(gas_pipeline, np.array([11.3, 0.0185, 1e6, 9e5])),
    Program(heat_exchanger, np.array([5.2, 1.45, 3041.75])),
    Program(heat_transfer_in_a_tube, np.array([1e5, 1.2, 50.0])),
    Program(flash, np.array([0.5, 0.3, 1.685])),
    Program(vapor_pressure_and_viscosity, np.array([180.0])),
    Program(cubic_equation_of_state, np.array([299.0, 1e6])),
    Program(activity_coefficients, np.array([0.3, 330.0, 0.5])),
    Program(atmosphere_of_heights, np.array([500.0, 9000.0, 15000.0, 24000.0])),
)
