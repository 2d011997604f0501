using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>What the AppHost says about a resource stands among the resource's own lines.</summary>
internal sealed class ResourceLogger(ResourceLines lines) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            lines.Add(exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception.Message}", logLevel >= LogLevel.Error);
    }
}
