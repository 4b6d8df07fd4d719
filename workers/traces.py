"""Traces for OpenTelemetry, where its own variable OTEL_EXPORTER_OTLP_ENDPOINT says where to send them."""

import os
from typing import Any

import structlog


def trace() -> None:
    """Traces tasks and what is fetched, in this process; call it after the fork."""
    if "OTEL_EXPORTER_OTLP_ENDPOINT" not in os.environ:
        return
    try:
        from opentelemetry import trace as telemetry
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.celery import CeleryInstrumentor
        from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as lacking:
        structlog.get_logger().warning("no traces: install the extra 'traces'", lacking=lacking.name)
        return
    provider = TracerProvider(resource=Resource.create({"service.name": "detector"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    telemetry.set_tracer_provider(provider)
    instrumentors: tuple[Any, ...] = (CeleryInstrumentor, HTTPXClientInstrumentor)
    for one in instrumentors:
        one().instrument()
