//! Free loopback ports.

use std::net::{Ipv4Addr, TcpListener};

use crate::{Error, Result};

/// A port for a program that must be told a number. Between our letting go of it and the program's taking it somebody
/// else may be faster, so the caller tries again with another.
pub fn free() -> Result<u16> {
    let listener = listen(0)?;
    Ok(listener
        .local_addr()
        .map_err(Error::io("read the port"))?
        .port())
}

/// Listens on loopback; port 0 means any free one.
pub fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(Error::io(format!("listen on 127.0.0.1:{port}")))
}
