using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Kafka.Tests.Streams;

/// <summary>What a host provides, where a test has only a part of a member.</summary>
internal static class RuntimeHosts
{
    public static RuntimeHost Create(TimeProvider? time = null) => new(
        time ?? TimeProvider.System, new FatalErrors(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<FatalErrors>.Instance), NullLoggerFactory.Instance);
}
