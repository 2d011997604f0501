using System.Buffers;
using System.Diagnostics;
using System.Numerics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>A whole request body, decompressed, in a pooled buffer.</summary>
public sealed class RequestBody : IDisposable
{
    private const int FirstBufferBytes = 16 * 1_024;

    private readonly BodyBudget _budget;
    private byte[] _buffer;
    private int _length;

    private RequestBody(BodyBudget budget) => (_budget, _buffer) = (budget, Rent(budget, FirstBufferBytes));

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The body without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length) is var all && all.Span.StartsWith(ByteOrderMark) ? all[ByteOrderMark.Length..] : all;

    /// <summary>Whether a request's content type is one of these, in UTF-8; any that ends in <c>+json</c> is JSON.</summary>
    public static bool IsOfType(HttpRequest request, params ReadOnlySpan<string> mediaTypes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var given)
            || (given.Charset.HasValue && !HeaderUtilities.RemoveQuotes(given.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            return false;
        foreach (var type in mediaTypes)
        {
            if (given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
                || (type == "application/json" && given.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="RequestFault">It is too large, alone or with those that are being read, or its content encoding is unknown or broken.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        // What is left of this header was not decompressed.
        if (request.Headers.ContentEncoding.Any(encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
            throw new RequestFault(ApiProblems.UnsupportedMediaType, $"The content encoding '{request.Headers.ContentEncoding}' is not read here.");
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);

        // The buffer grows as bytes arrive: a client that announces many and sends few must not hold memory for them.
        var body = new RequestBody(BodyBudget.Of(request.HttpContext));
        try
        {
            while (await request.Body.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken) is > 0 and var read)
            {
                body._length += read;
                if (body._length > maxBytes)
                    throw TooLarge(maxBytes);
                if (body._length == body._buffer.Length)
                    body.Grow();
            }

            return body;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // From the decompressing streams; the server's own exceptions say what is wrong with the request.
            body.Dispose();
            throw new RequestFault(ApiProblems.Malformed, "The body is not what its content encoding says.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Returns the buffer.</summary>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        _length = 0;
        if (buffer.Length > 0)
            Return(_budget, buffer);
    }

    private static RequestFault TooLarge(int maxBytes) => new(ApiProblems.BodyTooLarge, $"The body has more than {maxBytes} bytes. Send it in parts.");

    private static byte[] Rent(BodyBudget budget, int bytes)
    {
        // The pool gives a power of two exactly.
        Debug.Assert(BitOperations.IsPow2(bytes), "Buffers are powers of two.");
        budget.Take(bytes);
        return ArrayPool<byte>.Shared.Rent(bytes);
    }

    private static void Return(BodyBudget budget, byte[] buffer)
    {
        budget.Return(buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Grow()
    {
        var larger = Rent(_budget, _buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Return(_budget, _buffer);
        _buffer = larger;
    }
}
