//! Access to an output that replaces another file.
//!
//! At no moment does the new file allow more than the old one did. If its owner, group or ACL cannot
//! be kept, it allows less. The order of the steps matters: first the owner, then the ACL, and last
//! the mode, which opens the file to others.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

use nix::errno::Errno;

use crate::sys::{acl, xattr};

/// The permission bits of the group.
const GROUP: u32 = 0o070;
/// The permission bits of all others.
const OTHER: u32 = 0o007;

/// Returns the mode to create a file with that replaces one of `mode`.
pub(super) fn initial_mode(mode: u32) -> u32 {
    mode & 0o600
}

/// Makes `new` private again, so that [`carry_over`] can be called with another file, of `mode`.
pub(super) fn make_private(new: &File, mode: u32) -> io::Result<()> {
    set_mode(new, initial_mode(mode))
}

/// Copies owner, group, ACL, mode and the attributes of users from `old` to `new`, which is private.
///
/// # Errors
///
/// `new` would allow more than `old` does.
pub(super) fn carry_over(old: &File, new: &File) -> io::Result<()> {
    let wanted = old.metadata()?;
    let (owner, group) = (wanted.uid(), wanted.gid());
    // Only root may change the owner. The owner may change the group to any that he is a member of.
    let are_both_kept = fchown(new, Some(owner), Some(group)).is_ok()
        || (fchown(new, None, Some(group)).is_ok() && new.metadata()?.uid() == owner);
    let is_group_kept = are_both_kept || new.metadata()?.gid() == group;
    let acl = Acl::of(old);
    let is_acl_kept = is_group_kept && acl.apply(new);
    if !is_acl_kept {
        acl::limit_to_mode(new)?;
    }
    let mode = acl.narrow(wanted.mode(), is_group_kept, is_acl_kept);
    copy_user_attributes(old, new);
    // Set-user-ID and set-group-ID bits must not make the file run as another owner than before.
    set_mode(new, if are_both_kept { mode & 0o7777 } else { mode & 0o777 })
}

/// Sets the mode of `file`. If the file system refuses that, as those of some network shares do, the
/// mode that the file has is accepted if it allows no more.
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use Errno::{EACCES, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, EROFS};
    let Err(error) = file.set_permissions(Permissions::from_mode(mode)) else { return Ok(()) };
    let refusals = [EACCES, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, EROFS];
    let is_refused = refusals.iter().any(|refusal| error.raw_os_error() == Some(*refusal as i32));
    let actual = file.metadata()?.mode() & 0o7777;
    if is_refused && actual & !mode == 0 { Ok(()) } else { Err(error) }
}

/// The access ACL of a file, beyond its mode.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Acl {
    None,
    Some(Vec<u8>),
    /// The ACL cannot be read.
    Unknown,
}

impl Acl {
    fn of(file: &File) -> Self {
        match acl::get(file) {
            Ok(None) => Self::None,
            Ok(Some(acl)) => Self::Some(acl),
            Err(_) => Self::Unknown,
        }
    }

    /// Replaces the ACL of `file`, which may be inherited from its directory, by this one. Returns
    /// whether `file` has this ACL then.
    fn apply(&self, file: &File) -> bool {
        match self {
            Self::None => match Self::of(file) {
                Self::None => true,
                Self::Some(_) => acl::remove(file).is_ok(),
                Self::Unknown => false,
            },
            Self::Some(acl) => acl::set(file, acl).is_ok(),
            Self::Unknown => false,
        }
    }

    /// Returns `mode` without the permissions that this ACL does not grant to everyone, if the new
    /// file has another group or another ACL.
    ///
    /// Members of the old group, and the users and groups in the ACL, count as others for the new
    /// file. So others get only what each of these had. The bits of the group are also the mask of
    /// an inherited ACL: without them, that ACL grants nothing.
    fn narrow(&self, mode: u32, is_group_kept: bool, is_acl_kept: bool) -> u32 {
        let (others, had_by_all) = (mode & OTHER, mode & OTHER & ((mode & GROUP) >> 3));
        let (group, other) = match self {
            _ if is_group_kept && is_acl_kept => return mode,
            Self::None if is_group_kept => (0, others),
            Self::None => (had_by_all, had_by_all),
            Self::Some(acl) => (0, others & allowed_to_all(acl)),
            Self::Unknown => (0, 0),
        };
        (mode & !(GROUP | OTHER)) | (group << 3) | other
    }
}

/// Returns the permissions that all entries of `acl` grant, except that of the owner.
fn allowed_to_all(acl: &[u8]) -> u32 {
    const VERSION: [u8; 4] = 2u32.to_le_bytes();
    const USER_OBJ: u16 = 0x01;
    let Some(entries) = acl.strip_prefix(&VERSION) else { return 0 };
    let (entries, rest) = entries.as_chunks::<8>();
    if !rest.is_empty() {
        return 0;
    }
    let allowed = entries.iter().filter_map(|&[tag_low, tag_high, low, high, ..]| {
        let tag = u16::from_le_bytes([tag_low, tag_high]);
        (tag != USER_OBJ).then(|| u32::from(u16::from_le_bytes([low, high])))
    });
    allowed.fold(OTHER, |all, one| all & one)
}

/// Copies the attributes that users set on `old` to `new`, as far as the file system allows.
fn copy_user_attributes(old: &File, new: &File) {
    for name in xattr::names(old).unwrap_or_default() {
        if xattr::is_of_users(&name)
            && let Ok(Some(value)) = xattr::get(old, &name)
        {
            let _ = xattr::set(new, &name, &value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `user::rw-`, `user:1000:PERMISSIONS`, `group::r--`, `mask::rw-`, `other::r--`.
    fn acl(permissions: u16) -> Acl {
        let mut acl = 2u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in [
            (0x01, 6, u32::MAX),
            (0x02, permissions, 1000),
            (0x04, 4, u32::MAX),
            (0x10, 6, u32::MAX),
            (0x20, 4, u32::MAX),
        ] {
            acl.extend(u16::to_le_bytes(tag));
            acl.extend(u16::to_le_bytes(permissions));
            acl.extend(u32::to_le_bytes(id));
        }
        Acl::Some(acl)
    }

    #[test]
    fn what_is_lost_makes_access_narrower() {
        for (acl, mode, is_group_kept, is_acl_kept, narrowed) in [
            (Acl::None, 0o664, true, true, 0o664),
            (Acl::None, 0o664, false, false, 0o644),
            (Acl::None, 0o660, false, false, 0o600),
            // Members of the old group are others now, and had nothing.
            (Acl::None, 0o604, false, false, 0o600),
            // An ACL that was inherited could not be removed.
            (Acl::None, 0o664, true, false, 0o604),
            (acl(6), 0o664, true, true, 0o664),
            (acl(6), 0o664, true, false, 0o604),
            (acl(6), 0o664, false, false, 0o604),
            // The user that is named had nothing, and is one of the others now.
            (acl(0), 0o664, true, false, 0o600),
            (Acl::Some(vec![1]), 0o664, true, false, 0o600),
            (Acl::Unknown, 0o664, true, false, 0o600),
        ] {
            let actual = acl.narrow(mode, is_group_kept, is_acl_kept);
            assert_eq!(actual, narrowed, "{acl:?}, {mode:o}, {is_group_kept}, {is_acl_kept}");
        }
    }
}
