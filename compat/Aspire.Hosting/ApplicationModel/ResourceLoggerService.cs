using System.Collections.Concurrent;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The lines of each resource: what its process writes and what the AppHost says about it.</summary>
public class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceLines> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly IResourceLineSink _sink;

    internal ResourceLoggerService(IResourceLineSink sink) => _sink = sink;

    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    public ILogger GetLogger(string resourceName) => new ResourceLogger(LinesOf(resourceName));

    /// <summary>The last lines of a resource, in batches.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => LinesOf(resource.Name).GetAllAsync();

    /// <summary>The last lines of a resource, then each new one as it comes.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => LinesOf(resource.Name).WatchAsync();

    internal ResourceLines LinesOf(string resourceName) => _lines.GetOrAdd(resourceName, name => new ResourceLines(name, _sink));
}
