using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>Bounds the bytes of all request bodies that a service holds while it reads them. Thread-safe.</summary>
internal sealed class BodyBudget(IOptions<ClientLimitOptions> options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly long _capacity = options.Value.BodyBytes;
    private long _taken;

    /// <summary>Bytes that are held.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The budget of the service that answers a request.</summary>
    public static BodyBudget Of(HttpContext context) => context.RequestServices.GetRequiredService<BodyBudget>();

    /// <summary>Takes bytes; they must be returned.</summary>
    /// <exception cref="RequestFault">There are not as many; none was taken.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _capacity)
            return;
        Return(bytes);
        throw new RequestFault(ApiProblems.TooManyBodies, null) { RetryAfter = RetryAfter };
    }

    /// <summary>Returns bytes that were taken.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
