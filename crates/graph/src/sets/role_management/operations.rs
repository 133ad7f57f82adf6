//! The operations and navigations that the six schedule collections have in common (schedules
//! dossier, 4.1).

/// The navigations of every schedule type, then its own.
macro_rules! schedule_navigations {
    ($($own:expr),* $(,)?) => {
        [
            $crate::description::Navigation::one("appScope", model::query::Nav::AppScope, &APP_SCOPE),
            $crate::description::Navigation::one(
                "directoryScope",
                model::query::Nav::DirectoryScope,
                &DIRECTORY_OBJECT,
            ),
            $crate::description::Navigation::one("principal", model::query::Nav::Principal, &DIRECTORY_OBJECT)
                .filterable(),
            $crate::description::Navigation::one(
                "roleDefinition",
                model::query::Nav::RoleDefinition,
                &ROLE_DEFINITION,
            )
            .filterable(),
            $($own,)*
        ]
    };
}

/// The reads of every schedule collection, its own navigations, then what else it has.
macro_rules! read_operations {
    ($permissions:expr, [$(($name:literal, $nav:ident)),* $(,)?] $(, $more:expr)* $(,)?) => {{
        use $crate::description::{Operation, OperationKind as Kind};
        use model::query::Nav;
        [
            Operation::get("", Kind::List, $permissions),
            Operation::get("$count", Kind::Count, $permissions),
            Operation::get("filterByCurrentUser(on='{on}')", Kind::FilterByCurrentUser, $permissions),
            Operation::get("{key}", Kind::Get, $permissions),
            Operation::get("{key}/appScope", Kind::Navigate(Nav::AppScope), $permissions),
            Operation::get("{key}/directoryScope", Kind::Navigate(Nav::DirectoryScope), $permissions),
            Operation::get("{key}/principal", Kind::Navigate(Nav::Principal), $permissions),
            Operation::get("{key}/roleDefinition", Kind::Navigate(Nav::RoleDefinition), $permissions),
            $(Operation::get(concat!("{key}/", $name), Kind::Navigate(Nav::$nav), $permissions),)*
            $($more,)*
        ]
    }};
}

/// The operations of a request collection.
macro_rules! request_operations {
    ($permissions:expr, $removals:expr, $($own:tt)*) => {
        $crate::sets::role_management::operations::read_operations!(
            $permissions,
            [("targetSchedule", TargetSchedule), $($own)*],
            $crate::description::Operation::post(
                "",
                $crate::description::OperationKind::Create,
                $permissions
            )
            .partly($removals),
            $crate::description::Operation::post(
                "{key}/cancel",
                $crate::description::OperationKind::Cancel,
                $permissions
            ),
        )
    };
}

pub(crate) use {read_operations, request_operations, schedule_navigations};
