//! A file dragged from another program: the source's side of the X drag-and-drop protocol, version 5
//! (freedesktop.org, "Drag-and-Drop Protocol for the X Window System").

use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware, XdndSelection, XdndEnter, XdndPosition, XdndStatus, XdndDrop, XdndLeave, XdndFinished, XdndActionCopy, TARGETS,
        UriList: b"text/uri-list",
    }
}

const PATIENCE: Duration = Duration::from_secs(30);

/// Another program with a file in its hand.
pub struct Hand {
    connection: RustConnection,
    atoms: Atoms,
    source: Window,
    target: Window,
    /// The middle of the target, in the coordinates of the screen.
    middle: (i16, i16),
    uri: String,
}

impl Hand {
    /// Takes a file and moves it over the window of this display, until the window says that it would take it.
    pub fn over_window(display: &str, file: &Path) -> Hand {
        let (connection, screen) = x11rb::connect(Some(display)).expect("the display");
        let atoms = Atoms::new(&connection).unwrap().reply().unwrap();
        let root = connection.setup().roots[screen].root;
        let (target, middle) = window_that_takes_drops(&connection, &atoms, root);
        let source = connection.generate_id().unwrap();
        let aux = CreateWindowAux::new();
        connection.create_window(0, source, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux).unwrap();
        connection.set_selection_owner(source, atoms.XdndSelection, x11rb::CURRENT_TIME).unwrap();
        let hand = Hand { connection, atoms, source, target, middle, uri: format!("file://{}\r\n", file.display()) };
        const VERSION: u32 = 5 << 24;
        hand.tell(hand.atoms.XdndEnter, [VERSION, hand.atoms.UriList, 0, 0]);
        hand.move_until_taken();
        hand
    }

    /// Lets the file go.
    pub fn drop_it(self) {
        self.tell(self.atoms.XdndDrop, [0, x11rb::CURRENT_TIME, 0, 0]);
        self.answer_until(|event| message(event, self.atoms.XdndFinished).is_some());
    }

    /// Moves away without letting go.
    pub fn leave(self) {
        self.tell(self.atoms.XdndLeave, [0; 4]);
        self.connection.sync().unwrap();
    }

    fn move_until_taken(&self) {
        let began = Instant::now();
        let (x, y) = self.middle;
        loop {
            let place = (x as u32) << 16 | y as u32;
            self.tell(self.atoms.XdndPosition, [0, place, x11rb::CURRENT_TIME, self.atoms.XdndActionCopy]);
            let mut taken = false;
            self.answer_until(|event| message(event, self.atoms.XdndStatus).inspect(|data| taken = data[1] & 1 == 1).is_some());
            if taken {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the window does not take a file");
        }
    }

    fn tell(&self, kind: Atom, rest: [u32; 4]) {
        let [a, b, c, d] = rest;
        let event = ClientMessageEvent::new(32, self.target, kind, [self.source, a, b, c, d]);
        self.connection.send_event(false, self.target, EventMask::NO_EVENT, event).unwrap();
        self.connection.flush().unwrap();
    }

    /// Answers questions about the file until an event comes that ends the wait.
    fn answer_until(&self, mut ends: impl FnMut(&Event) -> bool) {
        let began = Instant::now();
        loop {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::SelectionRequest(request)) => self.answer(&request),
                Some(event) if ends(&event) => return,
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
            assert!(began.elapsed() < PATIENCE, "the window does not answer the drag");
        }
    }

    fn answer(&self, request: &SelectionRequestEvent) {
        let (window, property) = (request.requestor, request.property);
        let mut told = property;
        if request.target == self.atoms.UriList {
            self.connection.change_property8(PropMode::REPLACE, window, property, request.target, self.uri.as_bytes()).unwrap();
        } else if request.target == self.atoms.TARGETS {
            let kinds = [self.atoms.TARGETS, self.atoms.UriList];
            self.connection.change_property32(PropMode::REPLACE, window, property, AtomEnum::ATOM, &kinds).unwrap();
        } else {
            told = x11rb::NONE;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: window,
            selection: request.selection,
            target: request.target,
            property: told,
        };
        self.connection.send_event(false, window, EventMask::NO_EVENT, answer).unwrap();
        self.connection.flush().unwrap();
    }
}

fn message(event: &Event, kind: Atom) -> Option<[u32; 5]> {
    match event {
        Event::ClientMessage(message) if message.type_ == kind => Some(message.data.as_data32()),
        _ => None,
    }
}

/// The largest visible window that takes drops (there are small ones that only talk), and its middle.
fn window_that_takes_drops(connection: &RustConnection, atoms: &Atoms, root: Window) -> (Window, (i16, i16)) {
    let takes_drops = |window: &Window| {
        let aware = connection.get_property(false, *window, atoms.XdndAware, AtomEnum::ATOM, 0, 1).unwrap().reply();
        let visible = connection.get_window_attributes(*window).unwrap().reply().is_ok_and(|a| a.map_state == MapState::VIEWABLE);
        visible && aware.is_ok_and(|a| a.value_len > 0)
    };
    let size = |window: Window| connection.get_geometry(window).unwrap().reply().map_or((0, 0), |g| (g.width, g.height));
    let windows = connection.query_tree(root).unwrap().reply().unwrap().children;
    let largest = windows.into_iter().filter(takes_drops).max_by_key(|w| u32::from(size(*w).0) * u32::from(size(*w).1));
    let window = largest.expect("a window that takes drops");
    let (width, height) = size(window);
    let place = connection.translate_coordinates(window, root, width as i16 / 2, height as i16 / 2).unwrap().reply().unwrap();
    (window, (place.dst_x, place.dst_y))
}
