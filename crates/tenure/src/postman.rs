//! A thread that makes mail of what happened and hands it to the mail server, away from everything that
//! answers requests.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use engine::notices::{DueMail, Failure, Outcome};
use engine::{Engine, Error};
use model::DeliveryStatus;
use model::notice::Matter;
use notify::{LetterStyle, Mail, Mailer, Sender, letter};

/// How long it rests when there is nothing to do, or when the mail server did not take something.
const REST: Duration = Duration::from_secs(1);
/// How long it may take to finish with the mail at hand when it is to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Where mail is handed in.
pub struct Counter {
    /// Takes it.
    pub mailer: Box<dyn Mailer>,
    /// From whom it comes.
    pub sender: Sender,
    /// How it is worded.
    pub style: LetterStyle,
}

/// The running thread.
pub struct Postman {
    stop: mpsc::Sender<()>,
    stopped: mpsc::Receiver<()>,
}

impl Postman {
    /// Starts it. Without a counter, messages are made and kept.
    pub fn start(engine: Engine, counter: Option<Counter>) -> anyhow::Result<Self> {
        let (stop, stopping) = mpsc::channel::<()>();
        let (done, stopped) = mpsc::channel::<()>();
        thread::Builder::new().name("postman".to_owned()).spawn(move || {
            let is_told_to_stop = |rest| stopping.recv_timeout(rest) != Err(RecvTimeoutError::Timeout);
            loop {
                let rest = match round(&engine, counter.as_ref(), || is_told_to_stop(Duration::ZERO)) {
                    Ok(Round::MoreToDo) => Duration::ZERO,
                    Ok(Round::Rest) => REST,
                    Err(error) => {
                        tracing::error!(%error, "mail could not be looked at");
                        REST
                    }
                };
                if is_told_to_stop(rest) {
                    break;
                }
            }
            // By this whoever waits hears that it has stopped.
            drop(done);
        })?;
        Ok(Self { stop, stopped })
    }

    /// Lets it finish with the mail at hand. What is left goes out after the next start.
    pub fn stop(self) {
        drop(self.stop);
        if self.stopped.recv_timeout(STOP_GRACE) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the mail server is slow; what was handed in last may be sent again");
        }
    }
}

enum Round {
    MoreToDo,
    Rest,
}

/// Makes messages of what happened, and sends what is due.
fn round(
    engine: &Engine,
    counter: Option<&Counter>,
    is_told_to_stop: impl Fn() -> bool,
) -> Result<Round, Error> {
    engine.post_notices()?;
    let Some(counter) = counter else {
        return Ok(Round::Rest);
    };
    let due = engine.due_mail()?;
    let round = if due.is_empty() {
        Round::Rest
    } else {
        Round::MoreToDo
    };
    for mail in due {
        if is_told_to_stop() {
            return Ok(Round::Rest);
        }
        let outcome = send(counter, &mail);
        let is_taken = outcome == Outcome::Sent;
        let noted = engine.note_outcome(mail.delivery, outcome)?;
        let reason = noted.last_error.as_deref().unwrap_or_default();
        match noted.status {
            DeliveryStatus::Failed => {
                tracing::error!(message = %noted.message_id, attempts = noted.attempts, reason, "mail was given up");
            }
            DeliveryStatus::Queued if noted.attempts == 1 => {
                tracing::warn!(message = %noted.message_id, reason, "mail was not taken; it will be tried again");
            }
            DeliveryStatus::Queued | DeliveryStatus::Sent => {}
        }
        if !is_taken {
            // A server that is away, or busy, is not to be asked again at once.
            return Ok(Round::Rest);
        }
    }
    Ok(round)
}

fn send(counter: &Counter, due: &DueMail) -> Outcome {
    let (delivery, message) = (&due.delivery, &due.message);
    let thread = match &message.notice.about {
        Matter::Role(matter) => matter.request_id,
        Matter::Settings(_) | Matter::Week(_) | Matter::Alert(_) => None,
    };
    let mail = Mail {
        message_id: message.id,
        position: delivery.position,
        thread,
        from: counter.sender.clone(),
        to: delivery.recipient.clone(),
        date: message.notice.at,
        letter: letter(message, &counter.style),
    };
    match counter.mailer.send(&mail) {
        Ok(()) => Outcome::Sent,
        Err(error) => Outcome::Failed(Failure {
            is_permanent: error.is_permanent,
            reason: error.reason,
        }),
    }
}
