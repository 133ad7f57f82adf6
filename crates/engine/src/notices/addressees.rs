//! Who a message goes to: its audience as it is now, and who its rule names besides.

use std::collections::{BTreeMap, BTreeSet};

use model::notice::{Addressed, Matter, Named, RoleMatter};
use model::policy::Approver;
use model::{
    Audience, DirectoryObject, MailAddress, Notice, NoticeEvent, ObjectBody, ObjectId, RoleDefinitionId,
};
use rules::notices::{RECIPIENTS_MAX, roles_of};

use crate::context::Context;
use crate::directory::people::enabled_users;
use crate::error::Error;
use crate::requests::settings_of;

/// Who a message goes to.
pub struct Addressees {
    /// Each address once.
    pub recipients: Vec<MailAddress>,
    /// Who has none, by name.
    pub unreachable: Vec<String>,
    /// How many there were beyond [`RECIPIENTS_MAX`].
    pub skipped: u64,
}

/// What was looked up for the notices of one transaction.
#[derive(Default)]
pub struct Directory {
    holders: BTreeMap<&'static [RoleDefinitionId], Vec<DirectoryObject>>,
}

impl Directory {
    /// Who gets a message of a notice.
    pub fn addressees(
        &mut self,
        cx: &Context<'_>,
        notice: &Notice,
        addressed: &Addressed,
    ) -> Result<Addressees, Error> {
        let audience = if addressed.is_default_recipients_enabled {
            self.audience(cx, notice, addressed.audience)?
        } else {
            Vec::new()
        };
        let mut known = BTreeSet::new();
        let mut recipients = Vec::new();
        let mut unreachable = Vec::new();
        let mut add = |address: MailAddress| {
            if known.insert(address.to_string().to_ascii_lowercase()) {
                recipients.push(address);
            }
        };
        for person in audience {
            let ObjectBody::User(user) = &person.body else {
                continue;
            };
            // A privileged account often has no mailbox of its own.
            let addresses = user.mail.iter().chain(&user.other_mails);
            match addresses.filter_map(|address| address.parse().ok()).next() {
                Some(address) => add(address),
                None => unreachable.push(person.display_name),
            }
        }
        addressed
            .notification_recipients
            .iter()
            .cloned()
            .for_each(&mut add);
        let skipped = recipients.len().saturating_sub(RECIPIENTS_MAX);
        recipients.truncate(RECIPIENTS_MAX);
        unreachable.truncate(RECIPIENTS_MAX);
        Ok(Addressees {
            recipients,
            unreachable,
            skipped: u64::try_from(skipped).unwrap_or(u64::MAX),
        })
    }

    /// The people of an audience, each once.
    fn audience(
        &mut self,
        cx: &Context<'_>,
        notice: &Notice,
        audience: Audience,
    ) -> Result<Vec<DirectoryObject>, Error> {
        let mut people = match (audience, &notice.about) {
            (Audience::Principal, Matter::Role(matter)) => enabled_users(cx, &[matter.principal.id])?,
            (Audience::Approvers | Audience::OtherApprovers, Matter::Role(matter)) => {
                self.approvers(cx, notice.event, matter)?
            }
            (audience, _) => match roles_of(audience) {
                Some(roles) => self.holders(cx, roles)?,
                None => Vec::new(),
            },
        };
        if matches!(audience, Audience::OtherAdministrators | Audience::OtherApprovers) {
            let actor = actor(&notice.about);
            people.retain(|person| Some(person.id) != actor);
        }
        Ok(people)
    }

    /// Who holds one of some roles at the tenant now, itself or through a group.
    fn holders(
        &mut self,
        cx: &Context<'_>,
        roles: &'static [RoleDefinitionId],
    ) -> Result<Vec<DirectoryObject>, Error> {
        if let Some(found) = self.holders.get(roles) {
            return Ok(found.clone());
        }
        let found = enabled_users(cx, &cx.session.principals_in_force(roles, cx.now)?)?;
        self.holders.insert(roles, found.clone());
        Ok(found)
    }

    /// Who may decide a request now; those who have had their say are not asked again.
    fn approvers(
        &mut self,
        cx: &Context<'_>,
        event: NoticeEvent,
        matter: &RoleMatter,
    ) -> Result<Vec<DirectoryObject>, Error> {
        let request = match matter.request_id {
            Some(id) => cx.session.request(id)?,
            None => None,
        };
        let Some(request) = request.filter(|request| request.needs_approval) else {
            return Ok(Vec::new());
        };
        let rule = settings_of(cx, request.role_definition_id)?.activation.approval;
        let reviews = cx.session.reviews(&[request.id])?;
        let approvers = rules::current_approvers(&request, &reviews, &rule, cx.now);
        let named: Vec<ObjectId> = approvers.named().map(Approver::id).collect();
        let mut people = enabled_users(cx, &named)?;
        if approvers.are_default()
            && let Some(roles) = roles_of(Audience::DecidingAdministrators)
        {
            people.extend(self.holders(cx, roles)?);
        }
        // Whose it is does not decide it, and who has had their say has no more, under no account.
        let mut out = vec![request.principal_id, request.created_by];
        if matches!(
            event,
            NoticeEvent::ApprovalRequested | NoticeEvent::ApprovalReminder
        ) {
            out.extend(reviews.iter().map(|review| review.by));
        }
        let mut accounts = BTreeSet::new();
        for account in out {
            accounts.extend(cx.session.accounts_of_person(account)?);
        }
        let mut seen = BTreeSet::new();
        people.retain(|person| !accounts.contains(&person.id) && seen.insert(person.id));
        Ok(people)
    }
}

/// Who brought the event about.
const fn actor(about: &Matter) -> Option<ObjectId> {
    match about {
        Matter::Role(matter) => match &matter.by {
            Some(Named { id, .. }) => Some(*id),
            None => None,
        },
        Matter::Settings(matter) => Some(matter.by.id),
        Matter::Week(_) | Matter::Alert(_) => None,
    }
}
