//! What can be set.

use model::IsoDuration;
use model::alert::{AlertName, AlertSettings, Thresholds};

use crate::alerts::{OutOfRange, check};

fn settings(thresholds: Thresholds) -> AlertSettings {
    AlertSettings {
        is_enabled: true,
        thresholds,
    }
}

fn idle(duration: IsoDuration) -> AlertSettings {
    settings(Thresholds::Idle { duration })
}

#[test]
fn what_is_set_by_default_can_be_set() {
    for name in AlertName::ALL {
        assert_eq!(check(*name, &AlertSettings::default_for(*name)), Ok(()), "{name}");
    }
}

#[test]
fn each_duration_has_its_range() {
    use AlertName::{RedundantAssignment as Redundant, StaleSignIn as Stale};
    let (second, day) = (IsoDuration::from_seconds(1), IsoDuration::from_days);
    let just_over = |days: i64| IsoDuration::from_micros(day(days).as_micros() + second.as_micros());
    for (name, duration, is_right) in [
        (Redundant, IsoDuration::ZERO, true),
        (Redundant, day(100), true),
        (Redundant, just_over(100), false),
        (Stale, IsoDuration::ZERO, false),
        (Stale, IsoDuration::from_hours(23), false),
        (Stale, day(1), true),
        (Stale, day(365), true),
        (Stale, just_over(365), false),
    ] {
        assert_eq!(
            check(name, &idle(duration)).is_ok(),
            is_right,
            "{name} {duration}"
        );
    }
}

#[test]
fn each_number_has_its_range() {
    let sequence = |interval: IsoDuration, counter: i32| {
        let settings = settings(Thresholds::Sequence {
            time_interval_between_activations: interval,
            sequential_activation_counter_threshold: counter,
        });
        check(AlertName::SequentialActivationRenewals, &settings)
    };
    let minute = IsoDuration::from_minutes(1);
    for (counter, is_right) in [(1, false), (2, true), (100, true), (101, false), (-3, false)] {
        assert_eq!(sequence(minute, counter).is_ok(), is_right, "{counter}");
    }
    for (interval, is_right) in [
        (IsoDuration::ZERO, false),
        (IsoDuration::from_seconds(1), true),
        (IsoDuration::from_days(30), true),
        (IsoDuration::from_days(31), false),
    ] {
        assert_eq!(sequence(interval, 2).is_ok(), is_right, "{interval}");
    }
    let share = |count: i32, percentage: i32| {
        let settings = settings(Thresholds::Share {
            global_admin_count_threshold: count,
            percentage_of_global_admins_out_of_roles_threshold: percentage,
        });
        check(AlertName::TooManyGlobalAdmins, &settings)
    };
    for (count, percentage, is_right) in [
        (2, 0, true),
        (100, 100, true),
        (1, 0, false),
        (101, 0, false),
        (2, -1, false),
        (2, 101, false),
    ] {
        assert_eq!(share(count, percentage).is_ok(), is_right, "{count} {percentage}");
    }
}

#[test]
fn a_refusal_names_every_property_its_range_and_the_value() {
    let wrong = settings(Thresholds::Share {
        global_admin_count_threshold: 1,
        percentage_of_global_admins_out_of_roles_threshold: 101,
    });
    let found = check(AlertName::TooManyGlobalAdmins, &wrong).unwrap_err();
    let expected = [
        ("globalAdminCountThreshold", "2", "100", "1"),
        ("percentageOfGlobalAdminsOutOfRolesThreshold", "0", "100", "101"),
    ]
    .map(|(property, least, most, value)| OutOfRange {
        property,
        least: least.to_owned(),
        most: most.to_owned(),
        value: value.to_owned(),
    });
    assert_eq!(found, expected);
}
