# trust A2: where the file system locks no files, as on some network shares, admit says so and changes nothing;
# it does not speak of another command.
# How: fcntl fails with ENOLCK (strace), where there is a store and where one is made.
need_strace
expect 0 init --quiet
input=/dev/null words=(invite ann@example.com)
fail_call fcntl ENOLCK 1+
[ "$code" -eq 66 ] || fault "exit $code: $err"
[[ $err == *"its file system locks no files"* ]] || fault "it does not say why: $err"
[ "$(ask 'SELECT count(*) FROM users')" = 0 ] || fault "somebody was invited"
assert_whole "afterwards"
STORE=$WORK/new.db words=(init)
fail_call fcntl ENOLCK 1+
[ "$code" -eq 66 ] || fault "init: exit $code: $err"
[ ! -e new.db ] || fault "init: there is a store"
