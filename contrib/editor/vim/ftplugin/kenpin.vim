" Two spaces a step, and :make says what is wrong.
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal makeprg=kenpin\ rules\ check
setlocal errorformat=%E%trror[%*[^]]]:\ %m,%W%tarning[%*[^]]]:\ %m,%C\ %#-->\ %f:%l:%c,%-G%.%#
