"""Refusals about people, and about the ways in which they come in."""

from exercises.text import Text
from server.errors.refusals import Refused


class NotSignedIn(Refused):
    """Nobody is signed in."""

    status = 401
    code = "not-signed-in"
    default = Text(zh="请先登录。", en="Please sign in first.")


class WrongCredentials(Refused):
    """The login name or the password is wrong; which one is not said."""

    status = 401
    code = "wrong-credentials"
    default = Text(zh="用户名或密码不正确，请重新输入。", en="The login name or the password is wrong; try again.")


class NotAllowed(Refused):
    """The person's role does not allow this."""

    status = 403
    code = "not-allowed"
    default = Text(zh="你没有进行此操作的权限。", en="You are not allowed to do this.")


class LoginTaken(Refused):
    """The login name belongs to somebody."""

    status = 409
    code = "login-taken"
    default = Text(zh="该用户名已被使用，请换一个。", en="This login name is taken; choose another.")


class UnusableLogin(Refused):
    """The login name or the password of a new account does not fit."""

    status = 422
    code = "unusable-login"
    default = Text(
        zh="用户名须为 1 到 64 个字符且不含空格；密码至少 8 个字符。",
        en="A login name has 1 to 64 characters and no spaces; a password has at least 8 characters.",
    )


class MustChangePassword(Refused):
    """The person came in with a password that somebody gave them; a new one comes first."""

    status = 403
    code = "password-must-change"
    default = Text(
        zh="请先修改密码：当前密码由管理员设置，仅供首次登录使用。",
        en="Change your password first: the present one was given to you for signing in once.",
    )


class WrongPassword(Refused):
    """The present password, asked for before an important change, is wrong."""

    status = 403
    code = "wrong-password"
    default = Text(zh="当前密码不正确，请重新输入。", en="The present password is wrong; try again.")


class SamePassword(Refused):
    """The new password is the present one."""

    status = 422
    code = "same-password"
    default = Text(zh="新密码不能与当前密码相同。", en="The new password must differ from the present one.")


class NoPassword(Refused):
    """The person has no password: they only come in through another provider."""

    status = 409
    code = "no-password"
    default = Text(
        zh="你的账号没有密码，只能通过统一身份认证登录；如需密码，请联系管理员。",
        en="Your account has no password, you sign in through your organisation; an administrator can give you one.",
    )


class TooManyRequests(Refused):
    """One caller asks the API more often than that; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "too-many-requests"
    default = Text(
        zh="请求过于频繁，请按 Retry-After 等待后再试。",
        en="Too many requests; wait as long as Retry-After says, then go on more slowly.",
    )


class TooManyFailures(Refused):
    """Too many wrong passwords; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "too-many-failures"
    default = Text(zh="错误次数过多，请稍后再试。", en="Too many failed attempts; wait a while and try again.")


class OutsideScope(Refused):
    """The token may not be used for this; ``extra["needs"]`` names the scope it lacks."""

    status = 403
    code = "outside-scope"
    default = Text(
        zh="该访问令牌的权限范围不包括此操作，请使用包含相应 scope 的令牌。",
        en="This token is not meant for that; use one that has the scope named in `needs`.",
    )


class TokenTooWide(Refused):
    """A token asks for one that may do more than itself, or lasts longer."""

    status = 403
    code = "token-too-wide"
    default = Text(
        zh="新令牌的权限与有效期不能超过用来创建它的令牌。",
        en="A token cannot make one that may do more than itself or lasts longer.",
    )


class UnknownApiToken(Refused):
    """The person has no such token."""

    status = 404
    code = "unknown-api-token"
    default = Text(zh="你没有这个访问令牌。", en="You have no such token.")


class UnknownSession(Refused):
    """The person has no such session."""

    status = 404
    code = "unknown-session"
    default = Text(zh="你没有这个登录会话。", en="You have no such session.")


class UnusableName(Refused):
    """A display name has no visible letters, too many, or some that break a line."""

    status = 422
    code = "unusable-name"
    default = Text(
        zh="显示名称须为 1 到 200 个可见字符，且只占一行。",
        en="A display name has 1 to 200 visible characters on one line.",
    )


class LastAdmin(Refused):
    """Nobody would be left who may manage people."""

    status = 409
    code = "last-admin"
    default = Text(
        zh="这是最后一位可用的管理员，不能停用、删除或取消其管理员身份；请先指定另一位管理员。",
        en="This is the last administrator: name another one before this one is disabled, demoted or removed.",
    )


class IdentityTaken(Refused):
    """The identity at the provider belongs to another account."""

    status = 409
    code = "identity-taken"
    default = Text(
        zh="该统一身份认证账号已关联到另一个用户。",
        en="This identity is linked to another account already.",
    )


class UnknownIdentity(Refused):
    """The person has no such identity."""

    status = 404
    code = "unknown-identity"
    default = Text(zh="该用户没有关联这个身份。", en="This person has no such identity.")


class NoAccount(Refused):
    """Somebody whom the provider knows has no account here, and none is made by itself."""

    status = 403
    code = "no-account"
    default = Text(
        zh="你在本平台没有账号，或账号尚未与统一身份认证关联。请联系教师或管理员。",
        en="You have no account here, or it is not linked to this sign-in yet. Ask your teacher or an administrator.",
    )


class SignInFailed(Refused):
    """What came back from the provider cannot be trusted, is too old, or was used before; the log says which."""

    status = 400
    code = "sign-in-failed"
    default = Text(
        zh="统一身份认证登录未完成：链接已过期或已使用。请返回登录页重试。",
        en="Signing in did not work: the link is too old or was used before. Go back to the login and try again.",
    )


class ProviderAway(Refused):
    """The provider does not answer, or not as it should."""

    status = 503
    code = "provider-away"
    default = Text(
        zh="统一身份认证服务暂时没有回应，请稍后再试，或使用密码登录。",
        en="The sign-in service does not answer at the moment. Try again later, or sign in with your password.",
    )


class NotConfirmed(Refused):
    """What cannot be undone needs the person's login name as confirmation."""

    status = 422
    code = "not-confirmed"
    default = Text(
        zh="此操作无法撤销：请在 confirm 中填写该用户的用户名。",
        en="This cannot be undone: give the person's login name as `confirm`.",
    )


class NotOneself(Refused):
    """Nobody removes their own account this way."""

    status = 409
    code = "not-oneself"
    default = Text(
        zh="不能删除自己的账号，请由另一位管理员操作。",
        en="You cannot remove your own account; ask another administrator.",
    )
