//! Bodies of schedule requests, decisions, references and questions.

use graph::Version;
use graph::body::{
    GetByIdsBody, MemberActionBody, ReviewBody, RoleAssignmentBody, ScheduleRequestBody,
    create_role_assignment, get_by_ids, member_action, reference, review, schedule_request,
};
use graph::description::MemberAction;
use model::{Action, Expiration, IsoDuration, ObjectId};

use super::read;

/// How many ids `getByIds` and a membership question take.
const GET_BY_IDS_MAX: usize = 1_000;
const CHECK_MAX: usize = 20;

/// Everything that is read from one body.
#[derive(Debug, PartialEq)]
struct Read {
    schedule_requests: [Option<ScheduleRequestBody>; 2],
    review: Option<ReviewBody>,
    role_assignment: Option<RoleAssignmentBody>,
    reference: Option<ObjectId>,
    get_by_ids: Option<GetByIdsBody>,
    member_actions: [Option<MemberActionBody>; 2],
}

impl Read {
    fn of(body: &[u8]) -> Self {
        Self {
            schedule_requests: Version::ALL.map(|version| read(schedule_request(version, body))),
            review: read(review(body)),
            role_assignment: read(create_role_assignment(body)),
            reference: read(reference(body)),
            get_by_ids: read(get_by_ids(body)),
            member_actions: [MemberAction::CheckMemberGroups, MemberAction::CheckMemberObjects]
                .map(|action| read(member_action(action, body))),
        }
    }
}

/// Both versions read the same; an action is the one that was spelt, removals have no schedule, times are
/// possible and lists bounded.
pub fn keep_their_promises(body: &[u8]) {
    let read = Read::of(body);
    let [v1, beta] = &read.schedule_requests;
    assert_eq!(v1, beta);
    if let Some(request) = v1 {
        assert_eq!(Action::parse(&request.action_text), Some(request.action));
        assert_eq!(request.scope.to_string().parse(), Ok(request.scope));
        let removes = matches!(request.action, Action::AdminRemove | Action::SelfDeactivate);
        assert!(!(removes && request.schedule.is_some()));
        let expiration = request.schedule.as_ref().map(|schedule| schedule.expiration);
        if let Some(Expiration::AfterDuration(length)) = expiration {
            assert!(length >= IsoDuration::ZERO);
        }
    }
    assert!(read.get_by_ids.is_none_or(|it| it.ids.len() <= GET_BY_IDS_MAX));
    let questions = read.member_actions.into_iter().flatten();
    assert!(questions.into_iter().all(|it| it.ids.len() <= CHECK_MAX));
}

/// Two bodies that differ in the case of names say the same.
pub fn are_read_alike(one: &[u8], other: &[u8]) {
    assert_eq!(Read::of(one), Read::of(other));
}
