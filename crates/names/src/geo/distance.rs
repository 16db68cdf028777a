//! Great-circle distance, with sine and arc sine of its own: those of the standard library may
//! differ in the last bit from one platform to another, and with them a rounded metre.

use std::f64::consts::{FRAC_PI_2, PI};

/// Mean radius of the earth in metres (IUGG).
const RADIUS: f64 = 6_371_008.8;

/// Metres between two points, each latitude and longitude in hundredths of a degree.
pub(super) fn metres(a: (i16, i16), b: (i16, i16)) -> u32 {
    let [ax, ay, az] = on_unit_sphere(a);
    let [bx, by, bz] = on_unit_sphere(b);
    let square = |difference: f64| difference * difference;
    let chord = (square(ax - bx) + square(ay - by) + square(az - bz)).sqrt();
    // The longest way is half the circumference: 20,015 km.
    (2.0 * arc_sine((chord / 2.0).min(1.0)) * RADIUS).round() as u32
}

fn on_unit_sphere((latitude, longitude): (i16, i16)) -> [f64; 3] {
    let radians = |hundredths: i16| f64::from(hundredths) * PI / 18_000.0;
    let (latitude, longitude) = (radians(latitude), radians(longitude));
    [cosine(latitude) * cosine(longitude), cosine(latitude) * sine(longitude), sine(latitude)]
}

/// Of an angle between −π and π.
fn sine(angle: f64) -> f64 {
    let size = angle.abs();
    let folded = if size > FRAC_PI_2 { PI - size } else { size };
    let square = folded * folded;
    let (mut term, mut sum) = (folded, folded);
    for n in 1..12 {
        term *= -square / f64::from(2 * n * (2 * n + 1));
        sum += term;
    }
    if angle < 0.0 { -sum } else { sum }
}

/// Of an angle between −π and π.
fn cosine(angle: f64) -> f64 {
    sine(FRAC_PI_2 - angle.abs())
}

/// Of a number between 0 and 1.
fn arc_sine(x: f64) -> f64 {
    2.0 * arc_tangent(x / (1.0 + (1.0 - x * x).max(0.0).sqrt()))
}

/// Of a number between 0 and 1: the angle is halved twice, where the series is short.
fn arc_tangent(x: f64) -> f64 {
    let halved = |t: f64| t / (1.0 + (1.0 + t * t).sqrt());
    let t = halved(halved(x));
    let (mut power, mut sum) = (t, t);
    for n in 1..14 {
        power *= -t * t;
        sum += power / f64::from(2 * n + 1);
    }
    4.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_agree_with_the_library() {
        for step in -1_000..=1_000 {
            let angle = f64::from(step) / 1_000.0 * PI;
            assert!((sine(angle) - angle.sin()).abs() < 1e-14, "sin {angle}");
            assert!((cosine(angle) - angle.cos()).abs() < 1e-14, "cos {angle}");
            let x = f64::from(step).abs() / 1_000.0;
            assert!((arc_sine(x) - x.asin()).abs() < 1e-14, "asin {x}");
        }
    }
}
