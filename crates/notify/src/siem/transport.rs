//! Syslog over TCP and TLS. TCP says when the other machine has bytes, not when the receiver read them, so each batch has
//! a connection of its own: we end our side, and the receiver ends its own when it has read everything before that.

use std::io::{self, ErrorKind, Write as _};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::syslog::{framed, message};
use super::{Collector, Parcel, Undelivered};

/// How long it may take to be connected.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a receiver may keep us waiting: until it takes more, or ends the connection.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes that a receiver may say, of which syslog knows none, before it ends the connection.
const SAID_BYTES_MAX: usize = 64 * 1024;

/// How to know the receiver.
#[derive(Clone)]
pub struct SyslogTls {
    /// Whose certificates are believed.
    pub config: Arc<ClientConfig>,
    /// Whose certificate it must have.
    pub name: ServerName<'static>,
}

/// A receiver of syslog.
pub struct SyslogCollector {
    /// Host and port.
    pub address: String,
    /// In clear text if there is none.
    pub tls: Option<SyslogTls>,
    /// How this machine calls itself.
    pub host: String,
    /// How long the receiver may keep us waiting at a time; mostly [`PATIENCE`].
    pub patience: Duration,
}

impl Collector for SyslogCollector {
    fn deliver(&self, batch: &[Parcel]) -> Result<(), Undelivered> {
        let bytes: Vec<u8> = batch
            .iter()
            .flat_map(|parcel| framed(&message(&self.host, parcel)))
            .collect();
        self.hand_over(&bytes)
            .map_err(|error| Undelivered::because(format!("{}: {error}", self.address)))
    }
}

impl SyslogCollector {
    fn hand_over(&self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.connect()?;
        match &self.tls {
            None => plain(stream, bytes),
            Some(tls) => over_tls(stream, tls, bytes),
        }
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(self.patience))?;
                    stream.set_write_timeout(Some(self.patience))?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

fn plain(mut stream: TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    // Who has left before we are done has not left because it has everything.
    if has_ended(&stream)? {
        return Err(ended_early());
    }
    stream.shutdown(Shutdown::Write)?;
    wait_for_end(&mut stream)
}

/// TLS says for sure who ended what: a receiver must answer the end of our side with its own (RFC 5425, 4.4), and nobody
/// in between can do it in its place.
fn over_tls(stream: TcpStream, tls: &SyslogTls, bytes: &[u8]) -> io::Result<()> {
    let connection = ClientConnection::new(tls.config.clone(), tls.name.clone()).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(bytes)?;
    stream.flush()?;
    if has_ended_tls(&mut stream)? {
        return Err(ended_early());
    }
    stream.conn.send_close_notify();
    stream.flush()?;
    // Some receivers look for the end of the connection only.
    stream.sock.shutdown(Shutdown::Write)?;
    match wait_for_end(&mut stream) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(io::Error::new(
            ErrorKind::UnexpectedEof,
            "the receiver ended the connection without TLS's close_notify, which confirms a batch",
        )),
        ended => ended,
    }
}

/// Whether the receiver's side of the connection has ended, without waiting for it.
fn has_ended(stream: &TcpStream) -> io::Result<bool> {
    stream.set_nonblocking(true)?;
    let seen = stream.peek(&mut [0]);
    stream.set_nonblocking(false)?;
    match seen {
        Ok(0) => Ok(true),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error),
    }
}

/// The same beneath TLS, where something may have come that is no end, such as session tickets.
fn has_ended_tls(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> io::Result<bool> {
    stream.sock.set_nonblocking(true)?;
    let mut ended = Ok(false);
    for _ in 0..SAID_BYTES_MAX {
        match stream.conn.read_tls(&mut stream.sock) {
            Ok(0) => ended = Ok(true),
            Ok(_) => match stream.conn.process_new_packets() {
                Ok(state) if state.peer_has_closed() => ended = Ok(true),
                Ok(_) => continue,
                Err(error) => ended = Err(io::Error::other(error)),
            },
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => ended = Err(error),
        }
        break;
    }
    stream.sock.set_nonblocking(false)?;
    ended
}

fn ended_early() -> io::Error {
    io::Error::new(
        ErrorKind::ConnectionAborted,
        "the receiver ended the connection before it had everything",
    )
}

/// Waits until the receiver has ended its side; what it says before that is nothing to us.
fn wait_for_end(stream: &mut impl io::Read) -> io::Result<()> {
    let mut said = [0; 1024];
    let mut left = SAID_BYTES_MAX;
    loop {
        match stream.read(&mut said) {
            Ok(0) => return Ok(()),
            Ok(bytes) => left = left.checked_sub(bytes).ok_or_else(no_end)?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(no_end());
            }
            Err(error) => return Err(error),
        }
    }
}

fn no_end() -> io::Error {
    io::Error::new(
        ErrorKind::TimedOut,
        "the receiver did not end the connection, by which it would say that it has everything",
    )
}
