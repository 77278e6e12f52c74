#include "crypto/crypto_internal.h"

crypto_wrapped crypto_wrap(crypto_sealer *master, crypto_nonce nonce, text about,
                           const crypto_key *key)
{
    crypto_wrapped wrapped;
    crypto_seal(master, nonce, about, (text){ (const char *)key->bytes, CRYPTO_KEY_BYTES },
                wrapped.bytes);
    return wrapped;
}

err crypto_unwrap(crypto_sealer *master, text about, const crypto_wrapped *wrapped,
                  crypto_key *key)
{
    text sealed = { (const char *)wrapped->bytes, CRYPTO_WRAPPED_BYTES };
    return crypto_unseal(master, about, sealed, key->bytes);
}

err crypto_rewrap(crypto_sealer *from, crypto_sealer *to, crypto_nonce nonce, text about,
                  crypto_wrapped *wrapped)
{
    crypto_key key;
    TRY(crypto_unwrap(from, about, wrapped, &key));
    *wrapped = crypto_wrap(to, nonce, about, &key);
    crypto_wipe(&key, sizeof key);
    return ERR_NONE;
}
