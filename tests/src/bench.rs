//! What the benchmarks share: a server on one core, phones on another, a city that reconnects,
//! medians.

pub mod cores;
pub mod dashboard;
pub mod load;
pub mod rush;
pub mod server;

/// Returns the median; of an even number the lower of the two in the middle.
///
/// # Panics
/// When there is no value.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

/// Returns the value below which `share` (0 to 1) of the values lie.
///
/// # Panics
/// When there is no value.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values[place.clamp(1, values.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninety_ninth_of_a_hundred_is_the_last_but_one() {
        let mut values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&mut values, 0.99), 99.0);
        assert_eq!(percentile(&mut values, 1.0), 100.0);
        assert_eq!(median(&mut values), 50.0);
    }
}
