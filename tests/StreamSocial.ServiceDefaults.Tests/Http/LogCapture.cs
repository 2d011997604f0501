using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace StreamSocial.ServiceDefaults.Tests.Http;

/// <summary>Keeps what is logged above debug, but for what clients of Kafka say of brokers that are not there.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Completes when a request has been refused, or given up because its client left; either is noted at level debug.</summary>
    public Task Refused => _refused.Task;

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("StreamSocial.Kafka", StringComparison.Ordinal) ? NullLogger.Instance : new Logger(categoryName, this);

    public void Dispose()
    {
        // Holds nothing.
    }

    private sealed class Logger(string category, LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (category.EndsWith("ClientFaultHandler", StringComparison.Ordinal) || category.EndsWith("ExceptionHandlerMiddleware", StringComparison.Ordinal))
                capture._refused.TrySetResult();
            if (logLevel > LogLevel.Debug)
                capture.Lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}
