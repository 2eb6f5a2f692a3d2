//! Logs to measure with. They are made from a seed, so their bytes are always the same.

#![allow(dead_code, reason = "each program that includes this file uses its part of it")]

use std::iter;

/// The minimum length of a chunk, and the length of a long line.
const MIB: usize = 1 << 20;

/// A kind of log.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    /// Logs of servers and phones: 150 bytes a line, one bracket or quote every 64 bytes.
    Mixed,
    /// JSON objects, with one bracket or quote every 3 bytes.
    Brackets,
    /// JSON objects with 15 keys, 320 bytes a line, as programs log them.
    Json,
    /// Mixed text in lines of 1 MiB, where an apostrophe holds until the next one.
    LongLines,
    /// Lines of 5 to 10 bytes.
    ShortLines,
}

impl Text {
    /// All kinds of log.
    pub const ALL: [Self; 5] =
        [Self::Mixed, Self::Brackets, Self::Json, Self::LongLines, Self::ShortLines];

    /// Returns the name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Brackets => "brackets",
            Self::Json => "json",
            Self::LongLines => "long-lines",
            Self::ShortLines => "short-lines",
        }
    }

    /// Returns an endless log in chunks of whole lines. Each has 1 MiB and the rest of a line.
    pub fn chunks(self, seed: u64) -> impl Iterator<Item = Vec<u8>> {
        let mut random = Random(seed);
        iter::repeat_with(move || {
            let mut chunk = String::with_capacity(MIB + 512);
            while chunk.len() < MIB {
                self.push_line(&mut random, &mut chunk);
            }
            chunk.into_bytes()
        })
    }

    fn push_line(self, random: &mut Random, text: &mut String) {
        match self {
            Self::Mixed => random.push_record(MIXED, text),
            Self::Brackets => random.push_record(BRACKETS, text),
            Self::Json => random.push_record(JSON, text),
            Self::ShortLines => random.push_record(SHORT, text),
            Self::LongLines => {
                let end = text.len() + MIB - 1;
                while text.len() < end {
                    random.push_record(MIXED, text);
                    text.push(' ');
                }
                text.truncate(end);
            }
        }
        text.push('\n');
    }
}

// A letter after a `%` is a field, see `Random::field`.

const MIXED: &[&str] = &[
    // Syslog.
    "Nov 14 %t gate%d sshd[%n]: Failed password for invalid user %w from %i port %n ssh2",
    "Nov 14 %t gate%d kernel: usb %d-%d: new high-speed USB device number %n using xhci-hcd, \
     vendor=%x, product=%x, serial %x",
    "Nov 14 %t mail%d smtpd[%n]: disconnect from %w.example.org[%i] ehlo=%d mail=%d rcpt=0/%d \
     data=0/%d quit=1 commands=%d/%d",
    // Apache.
    "[Thu Nov 14 %t 2024] [error] [client %i] script not found or unable to stat: \
     /srv/www/%w/%w.cgi, referer: https://shop.example.org/%w/%w?id=%n",
    "%i - %w [14/Nov/2024:%t +0000] \"GET /%w/%w/%n.html?page=%d&sort=%w HTTP/1.1\" 200 %n",
    // Android.
    "11-14 %t.%d%d%d  %n  %n D PowerService: acquire lock=%n, flags=0x%d, tag=\"*%w*\", \
     name=android, ws=WorkSource{%n}, uid=%n, pid=%n",
    "11-14 %t.%d%d%d  %n  %n I WindowKeeper: relayout for %w: width=%n height=%n insets=%d \
     rotation=%d visible=true animating=false reason=%w policy=0x%x",
    "11-14 %t.%d%d%d  %n  %n W ViewCache: can't find the view of %w, measured again (depth %n) \
     after %d.%d ms, next look at frame %n",
    // HDFS.
    "241114 %t %n INFO dfs.StoreNode$PacketSink: PacketSink %d for block blk_%x%n terminating \
     after %n packets from /%i:%n",
    "241114 %t %n INFO dfs.NameTable: BLOCK* NameTable.addStored: map updated: %i:%n is added to \
     blk_%x%n size %n",
    "241114 %t %n INFO dfs.StoreNode$Receiver: Receiving block blk_-%x%n src: /%i:%n dest: \
     /%i:%n, checked against replica %d of %d",
    // OpenStack.
    "nova-api.log 2024-11-14 %t.%d%d%d %n INFO nova.api.server [req-%u %w %w - - -] %i \"GET \
     /v2/%x/servers/detail HTTP/1.1\" status: 200 len: %n time: 0.%n",
    "nova-compute.log 2024-11-14 %t.%d%d%d %n INFO nova.compute.keeper [req-%u - - - - -] \
     instance %u: took %d.%d seconds to build, %n MB of memory and %n GB of disk left on %w",
    // ZooKeeper.
    "2024-11-14 %t,%d%d%d - INFO  [Peer[myid=%d]/0:0:0:0:0:0:0:0:%n:LeaderVote@%n] - Notification \
     time out: %n",
    "2024-11-14 %t,%d%d%d - WARN  [SendWorker:%n:Connections@%n] - Interrupted while waiting for \
     message on queue of peer %i:%n, session 0x%x%x with timeout %n",
];

const BRACKETS: &[&str] = &[
    "{\"at\":\"%t\",\"level\":\"info\",\"user\":{\"id\":%n,\"name\":\"%w\"},\"tags\":[\"%w\",\"%w\"]}",
    "{\"at\":\"%t\",\"level\":\"warn\",\"peers\":[{\"ip\":\"%i\",\"up\":[%d,%d]},{\"ip\":\"%i\",\"up\":[]}]}",
    "[{\"%w\":{\"%w\":[\"%x\",{\"%w\":[%n,%n,[%d]]}]}},{\"%w\":\"%w\"},[],{},\"\"]",
    "{\"id\":\"%u\",\"said\":\"it's %w (or %w)\",\"at\":(%n),\"by\":<%w>}",
];

const JSON: &[&str] = &[
    "{\"ts\":\"2024-11-14T%t.%d%d%dZ\",\"level\":\"info\",\"logger\":\"http.access\",\"host\":\"web-%d\",\
     \"pid\":%n,\"thread\":\"worker-%d\",\"trace_id\":\"%x%x\",\"span_id\":\"%x\",\"method\":\"GET\",\
     \"path\":\"/api/%w/%n\",\"status\":200,\"dur_ms\":%d.%d%d,\"bytes\":%n,\"user\":\"%w\",\
     \"msg\":\"request completed\"}",
    "{\"ts\":\"2024-11-14T%t.%d%d%dZ\",\"level\":\"warn\",\"logger\":\"db.pool\",\"host\":\"db-%d\",\
     \"pid\":%n,\"thread\":\"pool-%d-thread-%d\",\"trace_id\":\"%x%x\",\"span_id\":\"%x\",\
     \"query\":\"select * from %w where id = ?\",\"rows\":%n,\"wait_ms\":%n,\"in_use\":%d,\"idle\":%d,\
     \"retry\":false,\"msg\":\"waited for a connection\"}",
    "{\"ts\":\"2024-11-14T%t.%d%d%dZ\",\"level\":\"error\",\"logger\":\"billing.%w\",\"host\":\"job-%d\",\
     \"pid\":%n,\"thread\":\"main\",\"trace_id\":\"%u\",\"span_id\":\"%x\",\"queue\":\"%w\",\
     \"attempt\":%d,\"delay_s\":%n,\"peer\":\"%i:%n\",\"code\":\"ETIMEDOUT\",\"fatal\":true,\
     \"msg\":\"it's not there: %w did not answer\"}",
];

const SHORT: &[&str] =
    &["%d: ok", "[%d] up", "%w=%d", "(%w) %d", "%d%d%d%d", "<%d/%d>", "\"%d\" %d"];

const WORDS: &[&str] = &["able", "beam", "core", "dusk", "elm", "fern", "gold", "hazel"];

/// A SplitMix64 generator, and what is made of its numbers.
struct Random(u64);

impl Random {
    /// Appends one of `templates`, with its fields filled in.
    fn push_record(&mut self, templates: &[&str], text: &mut String) {
        let mut parts = self.choose(templates).split('%');
        text.extend(parts.next());
        for part in parts {
            let (letter, rest) = part.split_at(1);
            text.push_str(&self.field(letter));
            text.push_str(rest);
        }
    }

    fn field(&mut self, letter: &str) -> String {
        match letter {
            "d" => self.digit().to_string(),
            "n" => self.number().to_string(),
            "x" => format!("{:08x}", self.bits(32)),
            "w" => self.choose(WORDS).to_owned(),
            "i" => format!("10.{}.{}.{}", self.bits(8), self.bits(8), self.bits(8)),
            "t" => format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60)),
            "u" => format!("{:08x}-{:04x}-{:012x}", self.bits(32), self.bits(16), self.bits(48)),
            _ => unreachable!("there is no field %{letter}"),
        }
    }

    fn digit(&mut self) -> u64 {
        self.below(10)
    }

    /// Returns a number of one to six digits, each length with the same probability.
    fn number(&mut self) -> u64 {
        let min = 10_u64.pow(self.below(6) as u32);
        min + self.below(9 * min)
    }

    fn choose<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn bits(&mut self, count: u32) -> u64 {
        self.next() >> (64 - count)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
